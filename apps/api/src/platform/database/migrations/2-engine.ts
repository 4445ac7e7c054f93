import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Epochs, expiry and tombstones of uploads; digests of chunks; leases. */
export class Engine1764000002000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE uploads
        ADD COLUMN epoch integer NOT NULL DEFAULT 0,
        ADD COLUMN resumable boolean NOT NULL DEFAULT true,
        ADD COLUMN expires_at timestamptz,
        ADD COLUMN ended_at timestamptz,
        ADD COLUMN remains boolean NOT NULL DEFAULT true,
        DROP CONSTRAINT uploads_state_check,
        ADD CONSTRAINT uploads_state_check
          CHECK (state IN ('receiving', 'completing', 'complete', 'failed', 'cancelled', 'expired'))`);
    await queryRunner.query(`
      UPDATE uploads SET resumable = client_key IS NOT NULL,
        expires_at = CASE WHEN state = 'receiving' THEN now() + interval '7 days' END,
        ended_at = CASE WHEN state NOT IN ('receiving', 'completing') THEN updated_at END`);
    await queryRunner.query(`
      ALTER TABLE uploads
        ADD CONSTRAINT uploads_expire CHECK ((state = 'receiving') = (expires_at IS NOT NULL)),
        ADD CONSTRAINT uploads_end CHECK ((state IN ('receiving', 'completing')) = (ended_at IS NULL))`);
    // Not on expires_at: every chunk moves it, and an index would make each of these updates dear.
    await queryRunner.query(`CREATE INDEX uploads_ended ON uploads (ended_at) WHERE ended_at IS NOT NULL`);
    await queryRunner.query(
      `CREATE INDEX uploads_remains ON uploads (ended_at) WHERE ended_at IS NOT NULL AND remains`,
    );
    await queryRunner.query(`ALTER TABLE chunks ADD COLUMN digest text`);
    // Unlogged: a crash of the database ends all leases, and without a record in the log a claim costs no sync. Without
    // a foreign key for the same reason: its check would write one.
    await queryRunner.query(`
      CREATE UNLOGGED TABLE upload_leases (
        token text PRIMARY KEY,
        upload_id text NOT NULL,
        start bigint NOT NULL,
        "end" bigint NOT NULL,
        until timestamptz NOT NULL
      )`);
    await queryRunner.query(`CREATE INDEX upload_leases_upload ON upload_leases (upload_id)`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
