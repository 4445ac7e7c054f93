import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People besides the first one: what they may do, whether they still may, and how they get a password. */
export class People1764000009000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Whoever has set the server up is its first admin.
    await queryRunner.query(
      `ALTER TABLE accounts
         ADD role text NOT NULL DEFAULT 'admin' CONSTRAINT accounts_role CHECK (role IN ('admin', 'member')),
         ADD disabled_at timestamptz,
         ADD last_signed_in_at timestamptz,
         ALTER password_hash DROP NOT NULL`,
    );
    await queryRunner.query(`ALTER TABLE accounts ALTER role DROP DEFAULT`);
    // One of an account: a new one takes the place of the former.
    await queryRunner.query(
      `CREATE TABLE password_links (
         account_id text PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
         secret_digest bytea NOT NULL CONSTRAINT password_links_secret UNIQUE,
         expires_at timestamptz NOT NULL
       )`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
