import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lists of the uploads into one space, and of all. None has a column that a chunk changes. With statistics of the wrong
 * moment each of the three lists must still keep to its own index: through that of all, the few of one owner or space could
 * be looked for in everything. So the one of a space begins with it, and the one of all has another collation, which sorts
 * alike.
 */
export class UploadLists1764000017000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX uploads_of_space ON uploads (space_id, state COLLATE "C", created_at DESC, id DESC)`,
    );
    await queryRunner.query(`CREATE INDEX uploads_of_all ON uploads (state COLLATE "POSIX", created_at DESC, id DESC)`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
