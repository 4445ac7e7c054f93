import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens by which programs act for an account. */
export class ApiTokens1764000010000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE api_tokens (
         id text PRIMARY KEY,
         account_id text NOT NULL REFERENCES accounts (id),
         secret_digest bytea NOT NULL CONSTRAINT api_tokens_secret UNIQUE,
         name text NOT NULL,
         scopes text[] NOT NULL,
         created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         expires_at timestamptz,
         last_used_at timestamptz
       )`,
    );
    await queryRunner.query(`CREATE INDEX api_tokens_by_account ON api_tokens (account_id, created_at DESC)`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
