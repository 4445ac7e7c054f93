import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Quota, and the figures that it and the limit of open uploads are held to.
 *
 * `used_bytes` is the full size of every file, whether or not others have the same content. `reserved_bytes` is what
 * uploads that have not ended may still become: the length of each, or while that is unknown what it has received.
 * Whoever changes such a row changes the figure in the same transaction, as the last thing before the commit.
 */
export class Quota1764000005000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE spaces
        ADD COLUMN quota_bytes bigint CHECK (quota_bytes > 0),
        ADD COLUMN used_bytes bigint NOT NULL DEFAULT 0 CHECK (used_bytes >= 0),
        ADD COLUMN reserved_bytes bigint NOT NULL DEFAULT 0 CHECK (reserved_bytes >= 0)`);
    await queryRunner.query(`
      CREATE TABLE upload_owners (
        owner text PRIMARY KEY,
        open_uploads integer NOT NULL CHECK (open_uploads >= 0)
      )`);
    await queryRunner.query(
      `ALTER TABLE uploads ADD COLUMN chunk_count integer NOT NULL DEFAULT 0 CHECK (chunk_count >= 0)`,
    );
    // Few of very many: what is open is found without a look at what has ended.
    await queryRunner.query(`CREATE INDEX uploads_open ON uploads (owner) WHERE ended_at IS NULL`);
    await queryRunner.query(`
      UPDATE uploads u SET chunk_count = (SELECT count(*) FROM chunks c WHERE c.upload_id = u.id)
      WHERE ended_at IS NULL`);
    await queryRunner.query(`
      UPDATE spaces s SET
        used_bytes = (SELECT coalesce(sum(b.size), 0) FROM entries e JOIN blobs b ON b.id = e.blob_id
          WHERE e.space_id = s.id),
        reserved_bytes = (SELECT coalesce(sum(coalesce(u.length, u.received)), 0) FROM uploads u
          WHERE u.space_id = s.id AND u.ended_at IS NULL)`);
    await queryRunner.query(`
      INSERT INTO upload_owners (owner, open_uploads)
      SELECT owner, count(*) FROM uploads WHERE ended_at IS NULL GROUP BY owner`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
