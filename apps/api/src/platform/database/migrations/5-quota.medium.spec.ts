import { expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { connect, emptyDatabase } from '../../../../test/test-database.js';
import { MIGRATIONS } from '../database.module.js';
import { Quota1764000005000 } from './5-quota.js';

/* Real: PostgreSQL. */

it('counts what was there before there was a quota', async () => {
  const url = await emptyDatabase();
  const before = await new DataSource({
    type: 'postgres',
    url,
    migrations: MIGRATIONS.slice(0, MIGRATIONS.indexOf(Quota1764000005000)),
  }).initialize();
  await before.runMigrations();
  await before.query(
    `INSERT INTO uploads (id, space_id, owner, state, length, received, name, path, media_type, expires_at, ended_at)
     SELECT u.id, s.id, u.owner, u.state, u.length, u.received, 'x', '', 'text/plain',
       CASE WHEN u.state = 'receiving' THEN now() END, CASE WHEN u.state = 'complete' THEN now() END
     FROM spaces s, (VALUES ('a', 'one', 'receiving', 100, 20), ('b', 'one', 'receiving', NULL, 7),
       ('c', 'two', 'completing', 3, 3), ('d', 'two', 'complete', 1000, 1000)) AS u (id, owner, state, length, received)`,
  );
  await before.query(
    `INSERT INTO chunks (upload_id, "offset", length) VALUES ('a', 0, 10), ('a', 20, 10), ('b', 0, 7)`,
  );
  await before.query(
    `INSERT INTO blobs (id, space_id, sha256, size) SELECT 'blob', id, repeat('0', 64), 50 FROM spaces`,
  );
  await before.query(
    `INSERT INTO entries (id, space_id, kind, name, name_key, blob_id)
     SELECT e.id, s.id, 'file', e.id, e.id, 'blob' FROM spaces s, (VALUES ('x'), ('y')) AS e (id)`,
  );
  await before.destroy();

  const after = await connect(url);
  await after.runMigrations();
  expect(
    await after.query(
      `SELECT quota_bytes, used_bytes::integer AS used, reserved_bytes::integer AS reserved FROM spaces`,
    ),
  ).toEqual([{ quota_bytes: null, used: 100, reserved: 110 }]);
  expect(await after.query(`SELECT * FROM upload_owners ORDER BY owner`)).toEqual([
    { owner: 'one', open_uploads: 2 },
    { owner: 'two', open_uploads: 1 },
  ]);
  expect(await after.query(`SELECT id, chunk_count FROM uploads ORDER BY id`)).toEqual(
    [2, 1, 0, 0].map((chunk_count, index) => ({ id: 'abcd'[index], chunk_count })),
  );
  await after.destroy();
});
