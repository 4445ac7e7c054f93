import { Injectable } from '@nestjs/common';
import type { FileList, StoredFile } from '@stowage/contract';
import { DataSource } from 'typeorm';
import type { BlobKey } from '../blobs/blob-store.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { printCursor, type Cursor } from '../platform/http/cursor.js';

interface FileRow {
  readonly id: string;
  readonly name: string;
  readonly parent_id: string | null;
  readonly folder: string;
  readonly media_type: string;
  readonly size: BigintText;
  readonly sha256: string;
  readonly space_id: string;
  readonly created_at: Date;
  readonly damaged: boolean;
  readonly cursor_at: string;
}

/** The folder's path is put together from its ancestors; a page has few rows, and renaming a folder stays one update. */
const SELECT = `
  SELECT e.id, e.name, e.parent_id, e.media_type, b.size, b.sha256, e.space_id, e.created_at,
         b.damaged_at IS NOT NULL AS damaged,
         (e.created_at AT TIME ZONE 'UTC')::text || '+00' AS cursor_at,
         coalesce((
           WITH RECURSIVE above AS (
             SELECT f.parent_id, f.name, 1 AS level FROM entries f WHERE f.id = e.parent_id
             UNION ALL
             SELECT f.parent_id, f.name, above.level + 1 FROM entries f JOIN above ON f.id = above.parent_id
           )
           SELECT string_agg(name, '/' ORDER BY level DESC) FROM above
         ), '') AS folder
  FROM entries e JOIN blobs b ON b.id = e.blob_id`;

/** A file and where its bytes are. */
export interface FoundFile {
  readonly file: StoredFile;
  readonly blob: BlobKey;
}

/** Reads files. */
@Injectable()
export class FileListing {
  constructor(private readonly database: DataSource) {}

  /** One file, or null. */
  async find(fileId: string): Promise<FoundFile | null> {
    const rows = await this.database.query<FileRow[]>(`${SELECT} WHERE e.id = $1`, [fileId]);
    const row = rows[0];
    return row === undefined ? null : { file: toFile(row), blob: { spaceId: row.space_id, sha256: row.sha256 } };
  }

  /** A page of the files of some spaces, newest first. */
  async page(spaceIds: readonly string[], limit: number, after: Cursor | null): Promise<FileList> {
    // Enough of each space, read from its newest on, and the newest of these: a page of a small space reads no other.
    const rows = await this.database.query<FileRow[]>(
      `${SELECT} JOIN (
         SELECT p.id FROM unnest($4::text[]) AS wanted (space_id) CROSS JOIN LATERAL (
           SELECT l.id, l.created_at FROM entries l
           WHERE l.space_id = wanted.space_id AND l.blob_id IS NOT NULL
             ${after === null ? '' : 'AND (l.created_at, l.id) < ($2::timestamptz, $3::text)'}
           ORDER BY l.created_at DESC, l.id DESC LIMIT $1) p
         ORDER BY p.created_at DESC, p.id DESC LIMIT $1) newest ON newest.id = e.id
       WHERE $2::timestamptz IS NULL OR (e.created_at, e.id) < ($2::timestamptz, $3::text)
       ORDER BY e.created_at DESC, e.id DESC`,
      [limit + 1, after?.createdAt ?? null, after?.id ?? null, spaceIds],
    );
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      files: shown.map(toFile),
      next: rows.length > limit && last !== undefined ? printCursor({ createdAt: last.cursor_at, id: last.id }) : null,
    };
  }
}

function toFile(row: FileRow): StoredFile {
  return {
    kind: 'file',
    id: row.id,
    name: row.name,
    space: row.space_id,
    parent: row.parent_id ?? row.space_id,
    path: row.folder,
    size: toSafeInteger(row.size),
    sha256: row.sha256,
    mediaType: row.media_type,
    createdAt: row.created_at.toISOString(),
    url: `/api/files/${row.id}/content`,
    ...(row.damaged ? { damaged: true } : {}),
  };
}
