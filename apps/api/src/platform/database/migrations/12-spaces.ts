import { nameKey } from '@stowage/contract';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { newId } from '../ids.js';

/**
 * Spaces of accounts and of teams. Until now there was one, which everybody could do everything in: it becomes that of a
 * team, with all accounts there are. A space begins with the quota of the settings, and follows it until somebody chooses
 * another (`quota_chosen`).
 */
export class Spaces1764000012000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE spaces
         ADD name_key text,
         ADD account_id text CONSTRAINT spaces_account UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
         ADD quota_chosen boolean NOT NULL DEFAULT false`,
    );
    await queryRunner.query(`UPDATE spaces SET name_key = $1`, [nameKey('Files')]);
    await queryRunner.query(`ALTER TABLE spaces ALTER name_key SET NOT NULL`);
    // No two teams have one name; a space of an account has that of the account, which no other has.
    await queryRunner.query(`CREATE UNIQUE INDEX spaces_name ON spaces ((account_id IS NOT NULL), name_key)`);
    await queryRunner.query(`CREATE INDEX spaces_of_teams ON spaces (created_at, id) WHERE account_id IS NULL`);
    await queryRunner.query(
      `CREATE TABLE space_members (
         account_id text NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
         space_id text NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
         name_key text NOT NULL REFERENCES accounts (name_key) ON UPDATE CASCADE ON DELETE CASCADE,
         role text NOT NULL CONSTRAINT space_members_role CHECK (role IN ('viewer', 'contributor', 'editor', 'manager')),
         created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         PRIMARY KEY (account_id, space_id)
       )`,
    );
    // Of the account, for a list by name that reads no more than it shows.
    await queryRunner.query(`CREATE INDEX space_members_by_name ON space_members (space_id, name_key)`);
    await queryRunner.query(`CREATE INDEX space_members_of_name ON space_members (name_key)`);
    await this.moveIn(queryRunner);
    // Null: all spaces of the account.
    await queryRunner.query(`ALTER TABLE api_tokens ADD space_ids text[]`);
    await queryRunner.query(`DROP INDEX entries_newest`);
    await queryRunner.query(
      `CREATE INDEX entries_newest ON entries (space_id, created_at DESC, id DESC) WHERE blob_id IS NOT NULL`,
    );
  }

  /** Nobody can do less than before. */
  private async moveIn(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `INSERT INTO space_members (account_id, name_key, space_id, role)
       SELECT a.id, a.name_key, s.id, CASE a.role WHEN 'admin' THEN 'manager' ELSE 'editor' END FROM accounts a, spaces s`,
    );
    const accounts = (await queryRunner.query(`SELECT id FROM accounts`)) as { readonly id: string }[];
    for (const { id } of accounts) {
      await queryRunner.query(
        `WITH made AS (
           INSERT INTO spaces (id, name, name_key, account_id, quota_bytes)
           SELECT $1, name, name_key, id, (SELECT quota_bytes FROM spaces LIMIT 1) FROM accounts WHERE id = $2
           RETURNING id, name_key, account_id
         )
         INSERT INTO space_members (account_id, name_key, space_id, role) SELECT account_id, name_key, id, 'manager' FROM made`,
        [newId(), id],
      );
    }
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
