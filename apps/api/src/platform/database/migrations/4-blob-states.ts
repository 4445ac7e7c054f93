import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Blobs that wait for their bytes to be removed, what is known of their bytes' health, and holds.
 *
 * A blob is `live` while files have it, and `condemned` from the moment in which the last one goes. Damage is why its
 * bytes are not what its row says: `missing`, `size`, `different` or `unreadable`.
 *
 * While a row of `holds` lasts (`until` on the database's clock), no bytes of a blob are removed. Whoever reads all blobs
 * of a moment, as a backup does, inserts a row and commits before it reads the first row of anything, moves `until` on
 * with `UPDATE holds SET until = … WHERE id = … AND until > clock_timestamp()`, and gives up when that finds no row: then
 * it had run out. At the end it deletes its row. Each of these waits while bytes are being removed, and the other way
 * round (see BlobCollector).
 */
export class BlobStates1764000004000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE blobs
        ADD COLUMN state text NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'condemned')),
        ADD COLUMN condemned_at timestamptz,
        ADD COLUMN verified_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN damaged_at timestamptz,
        ADD COLUMN damage text CHECK (damage IN ('missing', 'size', 'different', 'unreadable')),
        ADD CHECK ((state = 'condemned') = (condemned_at IS NOT NULL)),
        ADD CHECK ((damage IS NULL) = (damaged_at IS NULL))`);
    // A digest was taken of every blob when it came into being.
    await queryRunner.query(`UPDATE blobs SET verified_at = created_at`);
    await queryRunner.query(`
      UPDATE blobs b SET state = 'condemned', condemned_at = now()
      WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.blob_id = b.id)`);
    await queryRunner.query(`CREATE INDEX blobs_condemned ON blobs (condemned_at) WHERE state = 'condemned'`);
    await queryRunner.query(`CREATE INDEX blobs_verified ON blobs (verified_at) WHERE state = 'live'`);
    await queryRunner.query(`CREATE INDEX blobs_damaged ON blobs (verified_at) WHERE damaged_at IS NOT NULL`);
    await queryRunner.query(`
      CREATE TABLE holds (
        id text PRIMARY KEY,
        reason text NOT NULL,
        until timestamptz NOT NULL
      )`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
