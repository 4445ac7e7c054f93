import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is done with many entries, in batches: each leaves its rows and how far it has come in one transaction. A copy
 * remembers which folders it still has to go through; whatever else is done finds what is left in the tree.
 */
export class Operations1764000014000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE operations (
         id text PRIMARY KEY,
         space_id text NOT NULL REFERENCES spaces (id) ON DELETE CASCADE,
         owner text NOT NULL,
         action text NOT NULL CONSTRAINT operations_action CHECK (action IN ('move', 'copy', 'trash', 'restore', 'purge')),
         entries text[] NOT NULL,
         target_id text,
         target_space_id text,
         conflict text NOT NULL CONSTRAINT operations_conflict CHECK (conflict IN ('reject', 'rename', 'replace')),
         trashed_until timestamptz,
         state text NOT NULL DEFAULT 'running' CONSTRAINT operations_state CHECK (state IN ('running', 'done', 'cancelled')),
         cancel_requested boolean NOT NULL DEFAULT false,
         position integer NOT NULL DEFAULT 0,
         total integer,
         done integer NOT NULL DEFAULT 0,
         failed integer NOT NULL DEFAULT 0,
         failures jsonb NOT NULL DEFAULT '[]',
         created_at timestamptz NOT NULL DEFAULT now(),
         ended_at timestamptz,
         CONSTRAINT operations_ended CHECK ((state = 'running') = (ended_at IS NULL))
       )`,
    );
    await queryRunner.query(`CREATE INDEX operations_running ON operations (created_at, id) WHERE state = 'running'`);
    await queryRunner.query(`CREATE INDEX operations_of_owner ON operations (owner, created_at DESC, id DESC)`);
    await queryRunner.query(`CREATE INDEX operations_over ON operations (ended_at) WHERE ended_at IS NOT NULL`);
    await queryRunner.query(
      `CREATE TABLE operation_folders (
         operation_id text NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
         seq bigint GENERATED ALWAYS AS IDENTITY,
         source_id text NOT NULL,
         target_id text NOT NULL,
         after_key text NOT NULL DEFAULT '',
         PRIMARY KEY (operation_id, seq)
       )`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
