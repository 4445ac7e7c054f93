import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which files spaces take, and of what kind the bytes of blobs are. What there was before is limited by nothing. */
export class Policies1764000015000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // What is not in it is as in NO_POLICY of the contract.
    await queryRunner.query(`ALTER TABLE spaces ADD policy jsonb NOT NULL DEFAULT '{}'`);
    // Null: as the server allows.
    await queryRunner.query(`ALTER TABLE uploads ADD max_size bigint`);
    // Null: nothing is known of it.
    await queryRunner.query(`ALTER TABLE blobs ADD detected_type text`);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
