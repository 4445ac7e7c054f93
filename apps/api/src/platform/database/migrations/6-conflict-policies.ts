import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What becomes of an upload whose name is taken; what the request that began it said, to know it when it is repeated. */
export class ConflictPolicies1764000006000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE uploads
        ADD COLUMN conflict text NOT NULL DEFAULT 'reject' CHECK (conflict IN ('reject', 'rename', 'replace')),
        ADD COLUMN fingerprint text`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
