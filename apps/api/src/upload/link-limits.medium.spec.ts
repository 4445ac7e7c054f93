// Real: PostgreSQL, and two pools as two servers have them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { hasPlan, rowsRead, sent, shapeOf } from '../../test/explain.js';
import { firstSpace } from '../../test/first-space.js';
import { connect, migratedDatabase } from '../../test/test-database.js';
import { ledgerOf, planOf } from '../../test/upload-plans.js';
import { newId } from '../platform/database/ids.js';
import { LinkLimits } from './link-limits.js';
import type { UploadLedger } from './upload-ledger.js';

let database: DataSource;
let second: DataSource;
let ledgers: readonly UploadLedger[];
let spaceId: string;
let link: string;

beforeAll(async () => {
  database = await migratedDatabase(20);
  second = await connect((database.options as { url: string }).url, 20);
  ledgers = [ledgerOf(database), ledgerOf(second)];
  spaceId = await firstSpace(database);
});
afterAll(async () => {
  await database.destroy();
  await second.destroy();
});
beforeEach(async () => {
  link = await newLink(null);
});

async function newLink(maxUploads: number | null): Promise<string> {
  const id = newId();
  await database.query(
    `INSERT INTO links (id, slug, kind, space_id, entry_id, title, note, max_uploads) VALUES ($1, $1, 'request', $2, $2, '', '', $3)`,
    [id, spaceId, maxUploads],
  );
  return id;
}

/** An upload that begins by the link; `made`, or the code of the refusal. */
async function begin(index = 0, network = '192.0.2.1', clientKey: string | null = newId()): Promise<string> {
  const ledger = ledgers[index % 2] as UploadLedger;
  const of = { owner: `link:${link}`, link: { id: link, network, sender: null }, clientKey };
  try {
    const upload = await ledger.create({ ...planOf(spaceId), ...of }, null);
    return upload === null ? 'known' : 'made';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const many = (count: number, make: (index: number) => Promise<string>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));
const counts = (outcomes: readonly string[]) =>
  Object.fromEntries(
    [...new Set(outcomes)].sort().map((one) => [one, outcomes.filter((other) => other === one).length]),
  );
const openOf = async (): Promise<string[]> =>
  (
    await database.query<{ id: string }[]>(`SELECT id FROM uploads WHERE owner = $1 AND ended_at IS NULL`, [
      `link:${link}`,
    ])
  ).map(({ id }) => id);

describe('uploads by a link', () => {
  it('are never one more than the link is for, on two servers', async () => {
    link = await newLink(7);
    expect(counts(await many(40, (index) => begin(index, `192.0.2.${index}`)))).toEqual({
      'link-used-up': 33,
      made: 7,
    });
    // A file that has come keeps its place; an upload that is given up gives it back.
    const [one = '', other = ''] = await openOf();
    const [ledger] = ledgers;
    const found = await ledger?.find(one);
    await database.query(`UPDATE links SET uploads = uploads + 1 WHERE id = $1`, [link]);
    await database.query(`UPDATE uploads SET state = 'complete', ended_at = now(), expires_at = NULL WHERE id = $1`, [
      one,
    ]);
    expect(await begin()).toBe('link-used-up');
    if (found !== null && found !== undefined) expect(await ledger?.removeEmpty(other)).toBe(true);
    expect(counts(await many(4, begin))).toEqual({ 'link-used-up': 3, made: 1 });
  });

  it('are never more than twenty of one network at once', async () => {
    expect(counts(await many(30, (index) => begin(index)))).toEqual({ made: 20, 'too-many-uploads': 10 });
    expect(await begin(0, '198.51.100.1')).toBe('made');
    await ledgers[0]?.removeEmpty((await openOf())[0] ?? '');
    expect(await begin(1)).toBe('made');
  });

  it('of one key are one, also in the last place', async () => {
    link = await newLink(1);
    const key = newId();
    expect(counts(await many(12, (index) => begin(index, '192.0.2.1', key)))).toEqual({ known: 11, made: 1 });
    expect(await begin()).toBe('link-used-up');
  });

  it('are none once the link is revoked or over, however close that comes', async () => {
    await database.query(`UPDATE links SET expires_at = now() - interval '1 second' WHERE id = $1`, [link]);
    expect(await begin()).toBe('link-revoked');
    link = await newLink(null);
    const [outcome] = await Promise.all([
      begin(),
      second.query(`UPDATE links SET revoked_at = now() WHERE id = $1`, [link]),
    ]);
    expect(['made', 'link-revoked']).toContain(outcome);
    expect(await begin()).toBe('link-revoked');
  });

  it('cannot be begun without end', async () => {
    await database.query('DELETE FROM sign_in_attempts');
    await begin();
    await database.query(`UPDATE sign_in_attempts SET full_until = now() + interval '1000 seconds'`);
    expect(await begin()).toBe('too-many-uploads');
    expect(await begin(0, '198.51.100.1')).toBe('made');
    await database.query(`UPDATE sign_in_attempts SET full_until = full_until - interval '2 seconds'`);
    expect(await begin()).toBe('made');
  });

  it('are counted without a look at the very many that have ended', async () => {
    await database.query(
      `INSERT INTO uploads (id, space_id, owner, state, received, name, path, media_type, resumable, conflict, ended_at, remains)
       SELECT 'ended ' || $2::text || i, $1, 'link:' || $2, 'complete', 0, 'x', '', 'x/x', true, 'rename', now(), false
       FROM generate_series(1, 20000) AS i`,
      [spaceId, link],
    );
    await database.query('ANALYZE uploads');
    await begin();
    const plan = {
      owner: `link:${link}`,
      clientKey: newId(),
      link: { id: link, network: '', sender: null },
    };
    const statements = (await sent(() => new LinkLimits(database).check(database.manager, plan))).filter(hasPlan);
    const counting = statements.filter(({ sql }) => sql.includes('FROM uploads'));
    expect(counting).toHaveLength(1);
    for (const statement of counting) {
      expect(await shapeOf(database, statement)).toEqual([
        ...['uploads by uploads_by_state', 'uploads by uploads_owner_client_key_key'],
      ]);
      expect(await rowsRead(database, statement)).toBeLessThan(10);
    }
  });
});
