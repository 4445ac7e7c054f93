import { expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { connect, emptyDatabase } from '../../../../test/test-database.js';
import { MIGRATIONS } from '../database.module.js';
import { Spaces1764000012000 } from './12-spaces.js';

/* Real: PostgreSQL. */

it('gives everybody a space, and nobody less than before', async () => {
  const url = await emptyDatabase();
  const before = await new DataSource({
    type: 'postgres',
    url,
    migrations: MIGRATIONS.slice(0, MIGRATIONS.indexOf(Spaces1764000012000)),
  }).initialize();
  await before.runMigrations();
  await before.query(`UPDATE spaces SET quota_bytes = 700`);
  await before.query(
    `INSERT INTO accounts (id, name, name_key, role, password_hash)
     VALUES ('a', 'Änne', 'änne', 'admin', 'x'), ('b', 'Berta', 'berta', 'member', NULL)`,
  );
  await before.query(
    `INSERT INTO api_tokens (id, account_id, secret_digest, name, scopes) VALUES ('t', 'a', '', 'x', ARRAY['files:read'])`,
  );
  await before.destroy();

  const after = await connect(url);
  await after.runMigrations();
  expect(
    await after.query(
      `SELECT name, name_key, account_id, quota_bytes::integer AS quota, quota_chosen FROM spaces ORDER BY name_key`,
    ),
  ).toEqual([
    { name: 'Berta', name_key: 'berta', account_id: 'b', quota: 700, quota_chosen: false },
    { name: 'Files', name_key: 'files', account_id: null, quota: 700, quota_chosen: false },
    { name: 'Änne', name_key: 'änne', account_id: 'a', quota: 700, quota_chosen: false },
  ]);
  expect(
    await after.query(
      `SELECT m.account_id AS who, s.name AS what, m.role FROM space_members m JOIN spaces s ON s.id = m.space_id
       ORDER BY m.account_id, s.name_key`,
    ),
  ).toEqual([
    { who: 'a', what: 'Files', role: 'manager' },
    { who: 'a', what: 'Änne', role: 'manager' },
    { who: 'b', what: 'Berta', role: 'manager' },
    { who: 'b', what: 'Files', role: 'editor' },
  ]);
  expect(await after.query(`SELECT space_ids FROM api_tokens`)).toEqual([{ space_ids: null }]);
  await after.destroy();
});
