import { sortKey } from '@stowage/contract';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows whose order is computed at once. */
const BATCH = 10_000;

/**
 * Folders that can be listed, and the trash. What is put into the trash is detached from its folder, and what is in it stays
 * attached: one row changes, however much lies below.
 *
 * `folder_id` is the folder that shows an entry (of the root, it is the id of the space), and null in the trash: so one
 * index finds, orders and counts what is in a folder, and another lets each name be there once.
 */
export class Folders1764000013000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE entries
         ADD sort_key text COLLATE "C",
         ADD size bigint CHECK (size >= 0),
         ADD trashed_at timestamptz,
         ADD trashed_by text,
         ADD trashed_from text,
         ADD trashed_path text`,
    );
    await queryRunner.query(`UPDATE entries e SET size = b.size FROM blobs b WHERE b.id = e.blob_id`);
    await this.putInOrder(queryRunner);
    await queryRunner.query(
      `ALTER TABLE entries
         ALTER sort_key SET NOT NULL,
         ADD folder_id text GENERATED ALWAYS AS (CASE WHEN trashed_at IS NULL THEN coalesce(parent_id, space_id) END) STORED,
         ADD CONSTRAINT entries_size CHECK ((size IS NULL) = (blob_id IS NULL)),
         ADD CONSTRAINT entries_trashed CHECK ((trashed_at IS NULL) = (trashed_path IS NULL)
           AND (trashed_at IS NULL OR (parent_id IS NULL AND (kind = 'folder' OR blob_id IS NOT NULL))))`,
    );
    await this.index(queryRunner);
    // The base of its path; null: the root of the space. No foreign key: the folder may go while bytes arrive.
    await queryRunner.query(`ALTER TABLE uploads ADD folder_id text`);
  }

  private async putInOrder(queryRunner: QueryRunner): Promise<void> {
    for (let after = ''; ;) {
      const rows = (await queryRunner.query(`SELECT id, name FROM entries WHERE id > $1 ORDER BY id LIMIT $2`, [
        after,
        BATCH,
      ])) as { readonly id: string; readonly name: string }[];
      const last = rows.at(-1);
      if (last === undefined) return;
      await queryRunner.query(
        `UPDATE entries e SET sort_key = k.sort_key FROM unnest($1::text[], $2::text[]) AS k (id, sort_key) WHERE e.id = k.id`,
        [rows.map(({ id }) => id), rows.map(({ name }) => sortKey(name))],
      );
      after = last.id;
    }
  }

  private async index(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX entries_name`);
    await queryRunner.query(`CREATE UNIQUE INDEX entries_name ON entries (folder_id, name_key)`);
    // Not a name that an upload has only claimed.
    const shown = `WHERE kind = 'folder' OR blob_id IS NOT NULL`;
    await queryRunner.query(`CREATE INDEX entries_by_name ON entries (folder_id, kind, sort_key, id) ${shown}`);
    await queryRunner.query(`CREATE INDEX entries_by_created ON entries (folder_id, kind, created_at, id) ${shown}`);
    await queryRunner.query(`CREATE INDEX entries_by_size ON entries (folder_id, size, id) WHERE blob_id IS NOT NULL`);
    await queryRunner.query(
      `CREATE INDEX entries_trashed ON entries (space_id, trashed_at DESC, id DESC) WHERE trashed_at IS NOT NULL`,
    );
    await queryRunner.query(`DROP INDEX entries_newest`);
    await queryRunner.query(
      `CREATE INDEX entries_newest ON entries (space_id, created_at DESC, id DESC)
       WHERE blob_id IS NOT NULL AND trashed_at IS NULL`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
