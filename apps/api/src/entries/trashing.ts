import type { EntityManager } from 'typeorm';
import { findPlace, rootOf, type FolderPlace, type TreeNode } from './tree-walks.js';

/**
 * Puts an entry into the trash: it leaves its folder, and what is in it stays in it.
 * @param by id of the account of whoever does it; null without one
 * @returns false when it is there already, or gone
 */
export async function putIntoTrash(manager: EntityManager, id: string, by: string | null): Promise<boolean> {
  const [rows] = await manager.query<[unknown[], number]>(
    `UPDATE entries e SET trashed_at = clock_timestamp(), trashed_by = $2, trashed_from = e.parent_id, parent_id = NULL,
       trashed_path = coalesce((
         WITH RECURSIVE above AS (
           SELECT f.parent_id, f.name, 1 AS level FROM entries f WHERE f.id = e.parent_id
           UNION ALL SELECT f.parent_id, f.name, a.level + 1 FROM entries f JOIN above a ON f.id = a.parent_id
         ) SELECT string_agg(name, '/' ORDER BY level DESC) FROM above), '')
     WHERE e.id = $1 AND e.trashed_at IS NULL AND (e.kind = 'folder' OR e.blob_id IS NOT NULL) RETURNING e.id`,
    [id, by],
  );
  return rows.length > 0;
}

/** Where an entry in the trash goes back to unless somebody says otherwise: where it was, else the root of its space. */
export async function originOf(manager: EntityManager, { spaceId, trashedFrom }: TreeNode): Promise<FolderPlace> {
  const place = trashedFrom === null ? null : await findPlace(manager, trashedFrom);
  return place === null || place.inTrash || place.spaceId !== spaceId ? rootOf(spaceId) : place;
}
