import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes for lists and upkeep beside a million uploads that have ended. None is on a column that a chunk changes, so that
 * recording one stays an update within its page.
 */
export class Indexes1764000007000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX uploads_newest`);
    await queryRunner.query(`DROP INDEX uploads_by_state`);
    // A list is always one owner's, and reads what it wants of each state from its newest on. It is the only index in this
    // order on purpose: with one across all states PostgreSQL would sometimes read all that have ended for the few that
    // have not. Its collation makes it the lists' alone: a statement that knows the id and asks for the state as well
    // must never look through all of that state, which with old statistics could seem as cheap. What goes on is found by
    // uploads_open.
    await queryRunner.query(
      `CREATE INDEX uploads_by_state ON uploads (state COLLATE "C", owner, created_at DESC, id DESC)`,
    );
    // Room in each page for the next version of a row that every chunk changes.
    await queryRunner.query(`ALTER TABLE uploads SET (fillfactor = 85)`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
