import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EntityManager } from 'typeorm';
import { bytesOf, contentOf } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { begun, clientFile, incoming, open, requestOf, sendAll } from '../../test/sending.js';

/* Real: PostgreSQL, with so many rows that it does not read them all without need. */

const ENDED = 20_000;

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
  const { database } = engine;
  await database.query(
    `INSERT INTO uploads (id, space_id, owner, client_key, state, length, received, name, path, media_type, ended_at, remains)
     SELECT 'ended' || i, s.id, 'built-in', 'ended' || i, 'complete', 1, 1, 'x', '', 'text/plain', now(), false
     FROM spaces s, generate_series(1, ${ENDED}) i`,
  );
  await database.query(
    `INSERT INTO blobs (id, space_id, sha256, size)
     SELECT 'b' || i, s.id, lpad(to_hex(i), 64, '0'), 1 FROM spaces s, generate_series(1, ${ENDED}) i`,
  );
  await database.query(
    `INSERT INTO entries (id, space_id, kind, name, name_key, sort_key, media_type, blob_id, size)
     SELECT 'e' || i, s.id, 'file', 'e' || i, 'e' || i, 'e' || i, 'text/plain', 'b' || i, 1 FROM spaces s, generate_series(1, ${ENDED}) i`,
  );
  await database.query(
    `INSERT INTO chunks (upload_id, "offset", length) SELECT 'ended1', 2 * i, 1 FROM generate_series(1, ${ENDED}) i`,
  );
  await database.query('ANALYZE');
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

/** The plans of all statements that change something while the work is done. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: [string, unknown[]][] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called for the manager that was asked
  const real = EntityManager.prototype.query;
  const spy = jest.spyOn(EntityManager.prototype, 'query').mockImplementation(function (
    this: EntityManager,
    sql: string,
    values?: unknown[],
  ) {
    if (/\b(INSERT|UPDATE|DELETE)\b/u.test(sql)) statements.push([sql, values ?? []]);
    return real.call(this, sql, values);
  } as typeof real);
  await work();
  spy.mockRestore();
  const plans: string[] = [];
  for (const [sql, values] of statements) {
    const rows = await engine.database.query<Record<'QUERY PLAN', string>[]>(`EXPLAIN ${sql}`, values);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  return plans;
}

describe('beside very many uploads that have ended, files and chunks', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'an upload that begins and is cancelled',
      async () => engine.uploads.cancel((await open(engine, clientFile())).id),
    ],
    [
      'an upload that becomes a file, which is deleted',
      async () => {
        const { file } = await sendAll(engine, clientFile());
        await engine.remover.delete(file?.id ?? '');
      },
    ],
    [
      'an upload of unknown length',
      async () => {
        const upload = await begun(engine, { ...requestOf(clientFile()), length: null, chunkSize: null }, true);
        for (const offset of [0, 10]) {
          await engine.chunks.write(upload, incoming({ kind: 'append', offset, content: contentOf(bytesOf(10)) }));
        }
      },
    ],
  ])('%s reads none of them', async (_, work) => {
    const plans = await plansOf(work);
    expect(plans.length).toBeGreaterThan(1);
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on (uploads|chunks|entries|blobs)/u);
  });
});
