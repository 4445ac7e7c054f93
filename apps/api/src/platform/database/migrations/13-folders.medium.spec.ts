import { expect, it } from '@jest/globals';
import { sortKey } from '@stowage/contract';
import { DataSource } from 'typeorm';
import { connect, emptyDatabase } from '../../../../test/test-database.js';
import { MIGRATIONS } from '../database.module.js';
import { Folders1764000013000 } from './13-folders.js';

/* Real: PostgreSQL. */

it('puts what is there in order, and says how large it is', async () => {
  const url = await emptyDatabase();
  const migrations = MIGRATIONS.slice(0, MIGRATIONS.indexOf(Folders1764000013000));
  const before = await new DataSource({ type: 'postgres', url, migrations }).initialize();
  await before.runMigrations();
  await before.query(
    `INSERT INTO blobs (id, space_id, sha256, size) SELECT 'blob', id, repeat('0', 64), 7000000000 FROM spaces`,
  );
  await before.query(
    `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, blob_id, upload_id)
     SELECT e.id, s.id, e.parent, e.kind, e.name, lower(e.name), e.blob, e.upload
     FROM spaces s, (VALUES ('a', NULL, 'folder', 'Reel 007', NULL, NULL), ('b', 'a', 'file', 'Take 10', 'blob', 'u'),
       ('c', 'a', 'file', 'Take 9', NULL, 'v')) AS e (id, parent, kind, name, blob, upload)`,
  );
  // More than are put in order at once.
  await before.query(
    `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key)
     SELECT 'd' || i, s.id, 'a', 'folder', 'n' || i, 'n' || i FROM spaces s, generate_series(1, 20001) i`,
  );
  await before.destroy();

  const after = await connect(url);
  await after.runMigrations();
  const [{ id: space } = { id: '' }] = await after.query<{ id: string }[]>(`SELECT id FROM spaces`);
  expect(
    await after.query(
      `SELECT id, folder_id, sort_key, size, trashed_at FROM entries WHERE id IN ('a', 'b', 'c') ORDER BY id`,
    ),
  ).toEqual([
    { id: 'a', folder_id: space, sort_key: sortKey('Reel 007'), size: null, trashed_at: null },
    { id: 'b', folder_id: 'a', sort_key: sortKey('Take 10'), size: '7000000000', trashed_at: null },
    { id: 'c', folder_id: 'a', sort_key: sortKey('Take 9'), size: null, trashed_at: null },
  ]);
  expect(await after.query(`SELECT id FROM entries WHERE folder_id = 'a' ORDER BY sort_key DESC LIMIT 1`)).toEqual([
    { id: 'b' },
  ]);
  expect(
    await after.query(`SELECT id FROM entries WHERE name LIKE 'n%' ORDER BY sort_key COLLATE "C" DESC LIMIT 1`),
  ).toEqual([{ id: 'd20001' }]);
  await after.destroy();
});
