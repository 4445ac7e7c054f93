// Real: PostgreSQL.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_LINK_ACCESSES } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { LinkLog } from './link-log.js';

let database: DataSource;
let log: LinkLog;

beforeAll(async () => {
  database = await migratedDatabase();
  log = new LinkLog(database);
  const space = await firstSpace(database);
  for (const id of ['one', 'other']) {
    await database.query(
      `INSERT INTO links (id, slug, kind, space_id, entry_id, title, note) VALUES ($1, $1, 'share', $2, $2, '', '')`,
      [id, space],
    );
  }
});
afterAll(() => database.destroy());

const countOf = async (id: string) =>
  (
    await database.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM link_accesses WHERE link_id = $1`,
      [id],
    )
  )[0]?.count;

describe('what was done with links', () => {
  it('is kept of each up to a number, the newest, with no more than a network', async () => {
    await log.add('other', { action: 'opened', address: '2001:db8:1:2::3' });
    await database.query(
      `INSERT INTO link_accesses (link_id, action, network) SELECT 'one', 'opened', '' FROM generate_series(1, $1)`,
      [MAX_LINK_ACCESSES + 5],
    );
    await log.add('one', { action: 'downloaded', address: '192.0.2.77', entry: 'e', name: 'film.bin' });
    expect(await countOf('one')).toBe(MAX_LINK_ACCESSES);
    expect(await countOf('other')).toBe(1);
    const rows = await database.query<object[]>(
      `SELECT action, name, network FROM link_accesses ORDER BY id DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ action: 'downloaded', name: 'film.bin', network: '192.0.2.0/24' }]);
  });

  it('has each opening of a network once in ten minutes', async () => {
    const before = (await countOf('other')) ?? 0;
    for (const address of ['198.51.100.1', '198.51.100.1', '198.51.100.99', '203.0.113.1']) {
      await log.add('other', { action: 'opened', address });
      await log.add('other', { action: 'downloaded', address, name: 'x', entry: 'x' });
    }
    expect(await countOf('other')).toBe(before + 2 + 4);
    await database.query(`UPDATE link_accesses SET at = at - interval '11 minutes' WHERE link_id = 'other'`);
    await log.add('other', { action: 'opened', address: '198.51.100.1' });
    expect(await countOf('other')).toBe(before + 2 + 4 + 1);
  });

  it('is forgotten after ninety days', async () => {
    await database.query(`UPDATE link_accesses SET at = now() - interval '91 days' WHERE link_id = 'other'`);
    await database.query(
      `INSERT INTO link_downloads (link_id, entry_id, address_digest, at) VALUES ('one', 'e', '\\x00', now() - interval '25 hours')`,
    );
    await log.removeOld();
    expect([await countOf('other'), await countOf('one')]).toEqual([0, MAX_LINK_ACCESSES]);
    expect(await database.query('SELECT 1 FROM link_downloads')).toEqual([]);
  });
});
