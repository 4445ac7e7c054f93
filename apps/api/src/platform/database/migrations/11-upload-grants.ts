import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lets one upload go on after the session is over in which it was begun. */
export class UploadGrants1764000011000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // The session's row may be gone: it has been over for long, and nobody has ended it.
    await queryRunner.query(
      `CREATE TABLE upload_grants (
         secret_digest bytea PRIMARY KEY,
         upload_id text NOT NULL CONSTRAINT upload_grants_upload UNIQUE REFERENCES uploads (id) ON DELETE CASCADE,
         owner text NOT NULL,
         session_id text NOT NULL
       )`,
    );
    await queryRunner.query(`CREATE INDEX upload_grants_by_session ON upload_grants (session_id)`);
    await queryRunner.query(`CREATE INDEX upload_grants_by_owner ON upload_grants (owner)`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
