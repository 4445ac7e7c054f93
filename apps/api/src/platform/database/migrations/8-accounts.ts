import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People: accounts, where they are signed in, and what keeps others from guessing. Secrets are kept as their SHA-256. */
export class Accounts1764000008000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE accounts (
         id text PRIMARY KEY,
         name text NOT NULL,
         name_key text NOT NULL CONSTRAINT accounts_name UNIQUE,
         password_hash text NOT NULL,
         created_at timestamptz NOT NULL DEFAULT clock_timestamp()
       )`,
    );
    // Of an account, or of whoever has shown the access token: then that token's digest, so that another token ends it.
    await queryRunner.query(
      `CREATE TABLE sessions (
         id text PRIMARY KEY,
         secret_digest bytea NOT NULL CONSTRAINT sessions_secret UNIQUE,
         account_id text REFERENCES accounts (id),
         token_digest bytea,
         created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         last_used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         address text NOT NULL,
         user_agent text NOT NULL,
         CONSTRAINT sessions_of_one CHECK (num_nonnulls(account_id, token_digest) = 1)
       )`,
    );
    await queryRunner.query(`CREATE INDEX sessions_by_account ON sessions (account_id, created_at DESC)`);
    await queryRunner.query(
      `CREATE TABLE set_up_links (secret_digest bytea PRIMARY KEY, expires_at timestamptz NOT NULL)`,
    );
    await queryRunner.query(
      `CREATE TABLE known_devices (
         secret_digest bytea PRIMARY KEY,
         account_id text NOT NULL REFERENCES accounts (id),
         last_used_at timestamptz NOT NULL DEFAULT clock_timestamp()
       )`,
    );
    // A bucket that leaks one attempt a while: full_until runs ahead of the clock by what is in it.
    await queryRunner.query(
      `CREATE TABLE sign_in_attempts (bucket text PRIMARY KEY, full_until timestamptz NOT NULL) WITH (fillfactor = 85)`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
