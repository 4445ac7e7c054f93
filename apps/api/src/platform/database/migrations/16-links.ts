import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links: secrets that read an entry, or upload into a folder; who has shown their password, and what was done with them. */
export class Links1764000016000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // No foreign key on what it leads to: when that is gone the link stays, and says so.
    await queryRunner.query(
      `CREATE TABLE links (
         id text PRIMARY KEY,
         slug text NOT NULL CONSTRAINT links_slug UNIQUE,
         kind text NOT NULL CONSTRAINT links_kind CHECK (kind IN ('share', 'request')),
         space_id text NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
         entry_id text NOT NULL,
         title text NOT NULL,
         note text NOT NULL,
         password_hash text,
         password_version integer NOT NULL DEFAULT 1,
         expires_at timestamptz,
         max_downloads integer CHECK (max_downloads > 0),
         downloads integer NOT NULL DEFAULT 0,
         max_uploads integer CHECK (max_uploads > 0),
         uploads integer NOT NULL DEFAULT 0,
         max_file_size bigint CHECK (max_file_size > 0),
         allowed_extensions text[],
         ask_name boolean NOT NULL DEFAULT false,
         created_by text REFERENCES accounts (id) ON DELETE SET NULL,
         created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
         revoked_at timestamptz
       )`,
    );
    await queryRunner.query(`CREATE INDEX links_by_space ON links (space_id, created_at DESC, id DESC)`);
    await queryRunner.query(`CREATE INDEX links_by_entry ON links (entry_id, created_at DESC, id DESC)`);
    await queryRunner.query(`CREATE INDEX links_by_creator ON links (created_by) WHERE created_by IS NOT NULL`);
    await queryRunner.query(
      `CREATE TABLE link_proofs (
         secret_digest bytea PRIMARY KEY,
         link_id text NOT NULL REFERENCES links (id) ON DELETE CASCADE,
         password_version integer NOT NULL,
         expires_at timestamptz NOT NULL
       )`,
    );
    await queryRunner.query(`CREATE INDEX link_proofs_by_link ON link_proofs (link_id)`);
    await queryRunner.query(`CREATE INDEX link_proofs_by_expiry ON link_proofs (expires_at)`);
    await queryRunner.query(
      `CREATE TABLE link_accesses (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         link_id text NOT NULL REFERENCES links (id) ON DELETE CASCADE,
         at timestamptz NOT NULL DEFAULT clock_timestamp(),
         action text NOT NULL
           CONSTRAINT link_accesses_action CHECK (action IN ('opened', 'password-wrong', 'downloaded', 'uploaded')),
         entry_id text,
         name text,
         sender text,
         network text NOT NULL
       )`,
    );
    await queryRunner.query(`CREATE INDEX link_accesses_by_link ON link_accesses (link_id, id DESC)`);
    await queryRunner.query(`CREATE INDEX link_accesses_by_time ON link_accesses (at)`);
    // A download that was counted goes on for whoever began it.
    await queryRunner.query(
      `CREATE TABLE link_downloads (
         link_id text NOT NULL REFERENCES links (id) ON DELETE CASCADE,
         entry_id text NOT NULL,
         address_digest bytea NOT NULL,
         at timestamptz NOT NULL DEFAULT clock_timestamp(),
         PRIMARY KEY (link_id, entry_id, address_digest)
       )`,
    );
    await queryRunner.query(`CREATE INDEX link_downloads_by_time ON link_downloads (at)`);
    await this.addToUploads(queryRunner);
  }

  /** What is known of an upload that comes by a link, and of the file that it becomes; and a password for all uploads. */
  private async addToUploads(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE uploads
         ADD sender text,
         ADD sender_network text,
         ADD expire_after integer CHECK (expire_after > 0)`,
    );
    await queryRunner.query(`ALTER TABLE entries ADD sender text, ADD upload_password_hash text`);
    await queryRunner.query(`ALTER TABLE spaces ADD upload_password_hash text`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
