import { nameKey, sortKey } from '@stowage/contract';
import type { EntityManager } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { newId } from '../platform/database/ids.js';
import type { FolderPlace } from './tree-walks.js';

/** Something that is to be copied, and the name that its copy gets. */
export interface CopyWish {
  readonly sourceId: string;
  readonly name: string;
}

/** A copy that was made. */
export interface Copied {
  readonly sourceId: string;
  readonly id: string;
  readonly kind: 'folder' | 'file';
  /** Bytes; 0 for a folder. */
  readonly size: number;
}

/**
 * Makes rows beside others, with the same contents: no byte is copied. The caller keeps the contents (`BlobLedger.keep`) and
 * the folder, and takes the bytes from the quota. What is not among the answer has found its name taken, or is gone.
 */
export async function copyRows(
  manager: EntityManager,
  to: FolderPlace,
  wishes: readonly CopyWish[],
): Promise<readonly Copied[]> {
  const copies = wishes.map(({ sourceId, name }) => ({ id: newId(), sourceId, name }));
  const rows = await manager.query<{ id: string; kind: 'folder' | 'file'; size: BigintText | null }[]>(
    `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key, media_type, blob_id, size)
     SELECT c.id, $1, $2, e.kind, c.name, c.name_key, c.sort_key, e.media_type, e.blob_id, e.size
     FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
       AS c (id, source_id, name, name_key, sort_key) JOIN entries e ON e.id = c.source_id
     ON CONFLICT (folder_id, name_key) DO NOTHING RETURNING id, kind, size`,
    [
      ...[to.spaceId, to.parentId, copies.map(({ id }) => id), copies.map(({ sourceId }) => sourceId)],
      ...[copies.map(({ name }) => name), copies.map(({ name }) => nameKey(name))],
      copies.map(({ name }) => sortKey(name)),
    ],
  );
  const sources = new Map(copies.map(({ id, sourceId }) => [id, sourceId]));
  return rows.map(({ id, kind, size }) => ({
    ...{ id, kind, sourceId: sources.get(id) ?? '' },
    size: size === null ? 0 : toSafeInteger(size),
  }));
}

/** Of these names, the keys of those that something has in a folder. */
export async function takenNames(
  manager: EntityManager,
  folderId: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await manager.query<{ name_key: string }[]>(
    `SELECT name_key FROM entries WHERE folder_id = $1 AND name_key = ANY($2)`,
    [folderId, names.map(nameKey)],
  );
  return new Set(rows.map(({ name_key }) => name_key));
}
