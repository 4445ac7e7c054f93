import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes for lists and upkeep beside a million uploads that have ended. None is on a column that a chunk changes, so that
 * recording one stays an update within its page.
 */
export class Indexes1764000007000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // A list is always one owner's, and mostly of a few states: each of these is read from its newest on.
    await queryRunner.query(`DROP INDEX uploads_newest`);
    await queryRunner.query(`DROP INDEX uploads_by_state`);
    await queryRunner.query(`CREATE INDEX uploads_listed ON uploads (owner, created_at DESC, id DESC)`);
    await queryRunner.query(`CREATE INDEX uploads_listed_by_state ON uploads (owner, state, created_at DESC, id DESC)`);
    // What a start, the upkeep and the gauges look through: few of very many.
    await queryRunner.query(
      `CREATE INDEX uploads_going_on ON uploads (state, id) WHERE state IN ('receiving', 'completing')`,
    );
    // Room in each page for the next version of a row that every chunk changes.
    await queryRunner.query(`ALTER TABLE uploads SET (fillfactor = 85)`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
