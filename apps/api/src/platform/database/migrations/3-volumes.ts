import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The data folder that the rows of this database belong to. */
export class Volumes1764000003000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Not ready: the row is there, the folder's file perhaps not yet.
    await queryRunner.query(`
      CREATE TABLE volumes (
        id text PRIMARY KEY,
        path text NOT NULL,
        ready boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        seen_at timestamptz NOT NULL DEFAULT now()
      )`);
    // One folder so far: two servers that would each bring one of their own meet here.
    await queryRunner.query(`CREATE UNIQUE INDEX volumes_only_one ON volumes ((true))`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
