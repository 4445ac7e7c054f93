import type { MigrationInterface, QueryRunner } from 'typeorm';
import { newId } from '../ids.js';

/** Spaces, entries, blobs, uploads and chunks. */
export class FirstUpload1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE spaces (
        id text PRIMARY KEY,
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await queryRunner.query(`INSERT INTO spaces (id, name) VALUES ($1, 'Files')`, [newId()]);
    await queryRunner.query(`
      CREATE TABLE blobs (
        id text PRIMARY KEY,
        space_id text NOT NULL REFERENCES spaces,
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        size bigint NOT NULL CHECK (size >= 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (space_id, sha256)
      )`);
    await queryRunner.query(`
      CREATE TABLE uploads (
        id text PRIMARY KEY,
        space_id text NOT NULL REFERENCES spaces,
        owner text NOT NULL,
        client_key text,
        state text NOT NULL CHECK (state IN ('receiving', 'completing', 'complete', 'failed', 'cancelled')),
        reason text,
        length bigint CHECK (length >= 0),
        received bigint NOT NULL DEFAULT 0 CHECK (received >= 0 AND received <= length),
        chunk_size bigint CHECK (chunk_size > 0),
        name text NOT NULL,
        path text NOT NULL,
        media_type text NOT NULL,
        declared_sha256 text,
        file_id text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (owner, client_key)
      )`);
    await queryRunner.query(`CREATE INDEX uploads_newest ON uploads (created_at DESC, id DESC)`);
    await queryRunner.query(`CREATE INDEX uploads_by_state ON uploads (state, created_at DESC, id DESC)`);
    await queryRunner.query(`
      CREATE TABLE chunks (
        upload_id text NOT NULL REFERENCES uploads ON DELETE CASCADE,
        "offset" bigint NOT NULL CHECK ("offset" >= 0),
        length bigint NOT NULL CHECK (length >= 0),
        PRIMARY KEY (upload_id, "offset")
      )`);
    // A file without a blob is a name claimed by an upload that is completing: nothing shows it.
    await queryRunner.query(`
      CREATE TABLE entries (
        id text PRIMARY KEY,
        space_id text NOT NULL REFERENCES spaces,
        parent_id text REFERENCES entries,
        kind text NOT NULL CHECK (kind IN ('folder', 'file')),
        name text NOT NULL,
        name_key text NOT NULL,
        media_type text,
        blob_id text REFERENCES blobs,
        upload_id text UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        CHECK (kind = 'file' OR (blob_id IS NULL AND upload_id IS NULL))
      )`);
    // coalesce, because NULLs are distinct in a unique index before PostgreSQL 15.
    await queryRunner.query(
      `CREATE UNIQUE INDEX entries_name ON entries (space_id, coalesce(parent_id, ''), name_key)`,
    );
    await queryRunner.query(`CREATE INDEX entries_parent ON entries (parent_id)`);
    await queryRunner.query(`CREATE INDEX entries_blob ON entries (blob_id)`);
    await queryRunner.query(
      `CREATE INDEX entries_newest ON entries (created_at DESC, id DESC) WHERE blob_id IS NOT NULL`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations only go forward.'));
  }
}
