import { Injectable } from '@nestjs/common';
import type { FileList, StoredFile } from '@stowage/contract';
import { DataSource } from 'typeorm';
import type { BlobKey } from '../blobs/blob-store.js';
import { printCursor, type Cursor } from '../platform/http/cursor.js';
import { PLACED, blobKeyOf, toFile, type PlacedRow } from './entry-view.js';

interface FileRow extends PlacedRow {
  readonly cursor_at: string;
}

/** Pages of files that are all in the trash, at most so many, are passed over at once. */
const MOST_EMPTY_PAGES = 5;

const CURSOR_AT = `(e.created_at AT TIME ZONE 'UTC')::text || '+00' AS cursor_at`;

/** A file and where its bytes are. */
export interface FoundFile {
  readonly file: StoredFile;
  readonly blob: BlobKey;
  /** True when it, or a folder that it is in, was put into the trash. */
  readonly inTrash: boolean;
}

/** Reads files. */
@Injectable()
export class FileListing {
  constructor(private readonly database: DataSource) {}

  /** One file, in the trash as well; null when there is none. */
  async find(fileId: string): Promise<FoundFile | null> {
    const [row] = await this.database.query<PlacedRow[]>(`${PLACED} WHERE e.id = $1 AND e.blob_id IS NOT NULL`, [
      fileId,
    ]);
    if (row === undefined) return null;
    return { file: toFile(row, row.path), blob: blobKeyOf(row), inTrash: row.in_trash };
  }

  /**
   * A page of the files of some spaces, newest first, without what is in the trash. What lies in a folder in the trash is
   * known for it only when it has been read: so a page may have fewer files than wanted, and even none, before the last one.
   */
  async page(spaceIds: readonly string[], limit: number, after: Cursor | null): Promise<FileList> {
    let from = after;
    for (let pages = 1; ; pages++) {
      const rows = await this.read(spaceIds, limit, from);
      const looked = rows.slice(0, limit);
      const shown = looked.filter((row) => !row.in_trash);
      const last = looked.at(-1);
      from = rows.length > limit && last !== undefined ? { createdAt: last.cursor_at, id: last.id } : null;
      if (shown.length > 0 || from === null || pages === MOST_EMPTY_PAGES) {
        return { files: shown.map((row) => toFile(row, row.path)), next: from === null ? null : printCursor(from) };
      }
    }
  }

  /** Enough of each space, read from its newest on, and the newest of these: a page of a small space reads no other. */
  private read(spaceIds: readonly string[], limit: number, after: Cursor | null): Promise<FileRow[]> {
    return this.database.query<FileRow[]>(
      `SELECT placed.*, newest.cursor_at FROM (
         SELECT p.id, p.created_at, p.cursor_at FROM unnest($4::text[]) AS wanted (space_id) CROSS JOIN LATERAL (
           SELECT e.id, e.created_at, ${CURSOR_AT} FROM entries e
           WHERE e.space_id = wanted.space_id AND e.blob_id IS NOT NULL AND e.trashed_at IS NULL
             ${after === null ? '' : 'AND (e.created_at, e.id) < ($2::timestamptz, $3::text)'}
           ORDER BY e.created_at DESC, e.id DESC LIMIT $1) p
         ORDER BY p.created_at DESC, p.id DESC LIMIT $1) newest
       CROSS JOIN LATERAL (${PLACED} WHERE e.id = newest.id) placed
       WHERE $2::timestamptz IS NULL OR (newest.created_at, newest.id) < ($2::timestamptz, $3::text)
       ORDER BY newest.created_at DESC, newest.id DESC`,
      [limit + 1, after?.createdAt ?? null, after?.id ?? null, spaceIds],
    );
  }
}
