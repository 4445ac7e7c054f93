import type { Entry, Folder, StoredFile } from '@stowage/contract';
import type { BlobKey } from '../blobs/blob-store.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';

/** An entry as statements that begin with {@link ENTRY_COLUMNS} read it. */
export interface EntryRow {
  readonly id: string;
  readonly kind: 'folder' | 'file';
  readonly name: string;
  readonly space_id: string;
  readonly parent_id: string | null;
  readonly created_at: Date;
  readonly media_type: string | null;
  readonly size: BigintText | null;
  readonly sha256: string | null;
  readonly blob_space_id: string | null;
  readonly damaged: boolean;
  readonly sender: string | null;
  readonly trashed_at: Date | null;
  readonly trashed_by: string | null;
  readonly trashed_path: string | null;
}

/** What is read of an entry `e`, with {@link ENTRY_JOINS}. */
export const ENTRY_COLUMNS = `e.id, e.kind, e.name, e.space_id, e.parent_id, e.created_at, e.media_type, e.size, b.sha256,
  b.space_id AS blob_space_id, b.damaged_at IS NOT NULL AS damaged, e.sender, e.trashed_at, e.trashed_path,
  (SELECT a.name FROM accounts a WHERE a.id = e.trashed_by) AS trashed_by`;
/** See {@link ENTRY_COLUMNS}. No join of accounts, which for most entries has nothing to find: as a join they might all be read. */
export const ENTRY_JOINS = `LEFT JOIN blobs b ON b.id = e.blob_id`;

/** An entry with the names and ids of the folders that it is in. */
export interface PlacedRow extends EntryRow {
  /** Of that folder, `/`-separated. */
  readonly path: string;
  /** Folders above it, outermost first. */
  readonly above: readonly { readonly id: string; readonly name: string }[];
  readonly in_trash: boolean;
}

/** An entry with everything above it, put together from its ancestors: so renaming a folder stays one update. */
export const PLACED = `
  SELECT ${ENTRY_COLUMNS}, line.path, line.above, e.trashed_at IS NOT NULL OR line.in_trash AS in_trash
  FROM entries e ${ENTRY_JOINS}
  CROSS JOIN LATERAL (
    WITH RECURSIVE above AS (
      SELECT f.id, f.parent_id, f.name, f.trashed_at, 1 AS level FROM entries f WHERE f.id = e.parent_id
      UNION ALL
      SELECT f.id, f.parent_id, f.name, f.trashed_at, u.level + 1 FROM entries f JOIN above u ON f.id = u.parent_id
    )
    SELECT coalesce(string_agg(name, '/' ORDER BY level DESC), '') AS path,
      coalesce(json_agg(json_build_object('id', id, 'name', name) ORDER BY level DESC), '[]') AS above,
      coalesce(bool_or(trashed_at IS NOT NULL), false) AS in_trash
    FROM above
  ) line`;

/** An entry as it crosses the wire. */
export function toEntry(row: EntryRow, path: string): Entry {
  return row.kind === 'folder' ? toFolder(row, path) : toFile(row, path);
}

/** A folder as it crosses the wire. */
export function toFolder(row: EntryRow, path: string): Folder {
  const { id, name, space_id: space } = row;
  return {
    ...{ kind: 'folder', id, name, space, parent: row.parent_id ?? space, path },
    createdAt: row.created_at.toISOString(),
    ...trashed(row),
  };
}

/** A file as it crosses the wire. */
export function toFile(row: EntryRow, path: string): StoredFile {
  const { id, name, space_id: space, sha256, size, media_type: mediaType } = row;
  if (sha256 === null || size === null || mediaType === null) throw new Error('A name without content is no file.');
  return {
    ...{ kind: 'file', id, name, space, parent: row.parent_id ?? space, path },
    ...{ size: toSafeInteger(size), sha256, mediaType },
    createdAt: row.created_at.toISOString(),
    url: `/api/files/${id}/content`,
    ...(row.damaged ? { damaged: true } : {}),
    ...(row.sender === null ? {} : { sender: row.sender }),
    ...trashed(row),
  };
}

/** Where a file's bytes are: not always in its own space, since a file that moves leaves them where they are. */
export function blobKeyOf({ blob_space_id: spaceId, sha256 }: EntryRow): BlobKey {
  if (spaceId === null || sha256 === null) throw new Error('A name without content is no file.');
  return { spaceId, sha256 };
}

function trashed(row: EntryRow): Pick<Entry, 'trashed'> {
  if (row.trashed_at === null) return {};
  return { trashed: { at: row.trashed_at.toISOString(), by: row.trashed_by, path: row.trashed_path ?? '' } };
}
