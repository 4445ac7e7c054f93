import type { EntityManager } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';

/*
 * Walks through the tree, by primary key upwards (32 levels at most) and by folder downwards. What is in a folder in the trash
 * is in the trash as well, and only the folder's row says so.
 */

/** A folder that something can be put into; the root folder of a space has the id of the space. */
export interface FolderPlace {
  readonly id: string;
  readonly spaceId: string;
  /** What `parent_id` is of the entries in it: null for those of the root. */
  readonly parentId: string | null;
  /** Folders of its path, itself included; 0 for the root. */
  readonly depth: number;
  /** Length of its path in bytes of UTF-8; 0 for the root. */
  readonly bytes: number;
  readonly inTrash: boolean;
  /** Ids of itself and all folders that it is in. */
  readonly line: readonly string[];
}

/** An entry that people see: no name that an upload has only claimed. */
export interface TreeNode {
  readonly id: string;
  readonly kind: 'folder' | 'file';
  readonly spaceId: string;
  /** Folder that it is in; null in the root, and for what was put into the trash itself. */
  readonly parentId: string | null;
  readonly name: string;
  readonly mediaType: string | null;
  /** Content of a file; null for folders. */
  readonly blobId: string | null;
  /** Bytes of a file; null for folders. */
  readonly size: number | null;
  /** True when it, or a folder that it is in, was put into the trash. */
  readonly inTrash: boolean;
  /** Folder that it was put into the trash from; null for the root, and for what was not put there itself. */
  readonly trashedFrom: string | null;
}

interface NodeRow extends Pick<TreeNode, 'id' | 'kind' | 'name'> {
  readonly space_id: string;
  readonly parent_id: string | null;
  readonly media_type: string | null;
  readonly blob_id: string | null;
  readonly size: BigintText | null;
  readonly in_trash: boolean;
  readonly trashed_from: string | null;
}

/** Whether something above `e` was put into the trash; what was put there itself says so. */
export const ABOVE_IN_TRASH = `coalesce((
  WITH RECURSIVE above AS (
    SELECT f.parent_id, f.trashed_at FROM entries f WHERE f.id = e.parent_id
    UNION ALL SELECT f.parent_id, f.trashed_at FROM entries f JOIN above a ON f.id = a.parent_id
  ) SELECT bool_or(trashed_at IS NOT NULL) FROM above), false)`;

/** Finds an entry, in the trash as well; null when there is none. */
export async function findNode(manager: EntityManager, id: string): Promise<TreeNode | null> {
  const [row] = await manager.query<NodeRow[]>(
    `SELECT e.id, e.kind, e.space_id, e.parent_id, e.name, e.media_type, e.blob_id, e.size, e.trashed_from,
       e.trashed_at IS NOT NULL OR ${ABOVE_IN_TRASH} AS in_trash
     FROM entries e WHERE e.id = $1 AND (e.kind = 'folder' OR e.blob_id IS NOT NULL)`,
    [id],
  );
  if (row === undefined) return null;
  return {
    ...{ id: row.id, kind: row.kind, name: row.name, spaceId: row.space_id, parentId: row.parent_id },
    ...{ mediaType: row.media_type, blobId: row.blob_id, inTrash: row.in_trash, trashedFrom: row.trashed_from },
    size: row.size === null ? null : toSafeInteger(row.size),
  };
}

interface PlaceRow {
  readonly space_id: string;
  readonly depth: number;
  readonly bytes: number;
  readonly in_trash: boolean;
  readonly line: readonly string[];
}

/**
 * Finds a folder by its id or that of its space; null when there is none.
 * @param keep true: it is not removed until the transaction ends (it may be moved or put into the trash)
 */
export async function findPlace(manager: EntityManager, id: string, keep = false): Promise<FolderPlace | null> {
  if (keep) await manager.query(`SELECT 1 FROM entries WHERE id = $1 FOR KEY SHARE`, [id]);
  const [row] = await manager.query<PlaceRow[]>(
    `WITH RECURSIVE above AS (
       SELECT id, parent_id, space_id, name, trashed_at FROM entries WHERE id = $1 AND kind = 'folder'
       UNION ALL
       SELECT f.id, f.parent_id, f.space_id, f.name, f.trashed_at FROM entries f JOIN above a ON f.id = a.parent_id
     )
     SELECT min(space_id) AS space_id, count(*)::integer AS depth, (sum(octet_length(name)) + count(*) - 1)::integer AS bytes,
       bool_or(trashed_at IS NOT NULL) AS in_trash, array_agg(id) AS line
     FROM above HAVING count(*) > 0`,
    [id],
  );
  if (row === undefined) return findRoot(manager, id);
  const { depth, bytes, line } = row;
  return { id, spaceId: row.space_id, parentId: id, depth, bytes, inTrash: row.in_trash, line };
}

async function findRoot(manager: EntityManager, id: string): Promise<FolderPlace | null> {
  const rows: unknown[] = await manager.query(`SELECT 1 FROM spaces WHERE id = $1`, [id]);
  return rows.length === 0 ? null : rootOf(id);
}

/** The root folder of a space that is there. */
export function rootOf(spaceId: string): FolderPlace {
  return { id: spaceId, spaceId, parentId: null, depth: 0, bytes: 0, inTrash: false, line: [spaceId] };
}

/** How many levels of folders are below a folder, and how many bytes they add to its path at most. */
export async function reachBelow(
  manager: EntityManager,
  folderId: string,
): Promise<{ readonly levels: number; readonly bytes: number }> {
  const [row] = await manager.query<[{ levels: number; bytes: number }]>(
    `WITH RECURSIVE below AS (
       SELECT $1::text AS id, 0 AS level, 0 AS bytes
       UNION ALL
       SELECT f.id, b.level + 1, b.bytes + 1 + octet_length(f.name) FROM entries f JOIN below b ON f.folder_id = b.id
       WHERE f.kind = 'folder'
     ) SELECT max(level) AS levels, max(bytes) AS bytes FROM below`,
    [folderId],
  );
  return row;
}
