import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { BlobKey } from '../blobs/blob-store.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { ABOVE_IN_TRASH } from './tree-walks.js';

/** A folder that is walked; the root of a space has no row. */
export interface ZipFolder {
  readonly kind: 'folder';
  /** Null for the root. */
  readonly id: string | null;
  readonly spaceId: string;
  readonly name: string;
  readonly createdAt: Date;
  /** Folder that it is in; null in the root, and for it. */
  readonly parentId: string | null;
}

/** A file, and where its bytes are. */
export interface ZipFile {
  readonly kind: 'file';
  readonly id: string;
  readonly spaceId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly parentId: string | null;
  readonly size: number;
  readonly blob: BlobKey;
}

/** What a ZIP file is made of. */
export type ZipEntry = ZipFolder | ZipFile;

/** What is below some entries, those included. */
export interface Below {
  /** How many files and folders, counted no further than to the limit. */
  readonly count: number;
  /** Name of a file whose bytes are damaged; null: none is. */
  readonly damaged: string | null;
}

interface Row {
  readonly id: string;
  readonly space_id: string;
  readonly parent_id: string | null;
  readonly name: string;
  readonly name_key: string;
  readonly created_at: Date;
  readonly kind: 'folder' | 'file';
  readonly blob_space: string | null;
  readonly sha256: string | null;
  readonly size: BigintText | null;
}

/** A name that a completing upload has claimed is no file yet. */
const SELECT = `
  SELECT e.id, e.space_id, e.parent_id, e.name, e.name_key, e.created_at, e.kind, b.space_id AS blob_space, b.sha256, b.size
  FROM entries e LEFT JOIN blobs b ON b.id = e.blob_id
  WHERE (e.kind = 'folder' OR e.blob_id IS NOT NULL)`;

const PAGE = 500;

/** Reads what goes into a ZIP file. */
@Injectable()
export class ZipListing {
  constructor(private readonly database: DataSource) {}

  /** Those of these ids that are entries, in no order; what is in the trash is not there. */
  async find(ids: readonly string[]): Promise<ZipEntry[]> {
    const rows = await this.database.query<Row[]>(
      `${SELECT} AND e.id = ANY($1) AND e.trashed_at IS NULL AND NOT ${ABOVE_IN_TRASH}`,
      [ids],
    );
    return rows.map(entryOf);
  }

  /** Of these ids, the ones of spaces: as their root folders. */
  async roots(ids: readonly string[]): Promise<ZipFolder[]> {
    const rows = await this.database.query<{ id: string; name: string; created_at: Date }[]>(
      `SELECT id, name, created_at FROM spaces WHERE id = ANY($1)`,
      [ids],
    );
    return rows.map(({ id, name, created_at }) => ({
      ...{ kind: 'folder', id: null, spaceId: id, name, createdAt: created_at, parentId: null },
    }));
  }

  /** Says whether a file is still there. */
  async has(fileId: string): Promise<boolean> {
    return (await this.find([fileId])).length > 0;
  }

  /** What is in a folder by the keys of the names, page by page: whoever stops asking leaves nothing open. */
  async *inFolder({ spaceId, id }: ZipFolder): AsyncGenerator<ZipEntry, void, undefined> {
    let after = '';
    for (;;) {
      const rows = await this.database.query<Row[]>(
        `${SELECT} AND e.folder_id = $1 AND e.name_key > $2 ORDER BY e.name_key LIMIT $3`,
        [id ?? spaceId, after, PAGE],
      );
      for (const row of rows) yield entryOf(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last.name_key;
    }
  }

  /** Counts what is below some entries of one space, and looks for damage among it. */
  async below(entries: readonly ZipEntry[], limit: number): Promise<Below> {
    const ids = entries.map(({ id }) => id);
    const root = entries.find(({ id }) => id === null)?.spaceId ?? null;
    const [row] = await this.database.query<{ count: number; damaged: string | null }[]>(
      `WITH RECURSIVE below AS (
         SELECT id, name, blob_id FROM entries WHERE id = ANY($1) OR folder_id = $2
         UNION ALL
         SELECT e.id, e.name, e.blob_id FROM below JOIN entries e ON e.folder_id = below.id
         WHERE e.kind = 'folder' OR e.blob_id IS NOT NULL
       ), counted AS (SELECT name, blob_id FROM below LIMIT $3)
       SELECT count(*)::int AS count,
         min(name) FILTER (WHERE blob_id IN (SELECT id FROM blobs WHERE damaged_at IS NOT NULL)) AS damaged
       FROM counted`,
      [ids.filter((id) => id !== null), root, limit],
    );
    return { count: row?.count ?? 0, damaged: row?.damaged ?? null };
  }
}

function entryOf(row: Row): ZipEntry {
  const { id, name } = row;
  const facts = { id, name, spaceId: row.space_id, parentId: row.parent_id, createdAt: row.created_at };
  if (row.blob_space === null || row.sha256 === null || row.size === null) return { kind: 'folder', ...facts };
  const blob = { spaceId: row.blob_space, sha256: row.sha256 };
  return { kind: 'file', ...facts, size: toSafeInteger(row.size), blob };
}
