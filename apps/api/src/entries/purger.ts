import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BlobLedger } from '../blobs/blob-ledger.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { SpaceQuota } from '../spaces/space-quota.js';
import { lockTrees } from './tree-locks.js';

/** Entries that one batch removes at most. */
const BATCH = 500;

/** What a batch has removed. */
export interface Purged {
  /** Files and folders. */
  readonly removed: number;
  /** True when nothing of it is left. */
  readonly isOver: boolean;
  /** Contents that files had; those that no other file has are condemned. */
  readonly blobs: readonly string[];
}

interface Leaf {
  readonly id: string;
  readonly blob_id: string | null;
}

/** Asked of each folder on its own: NOT EXISTS may be answered by hashing the parents of all entries there are. */
const IS_EMPTY = (folder: string) =>
  `coalesce((SELECT false FROM entries c WHERE c.parent_id = ${folder}.id LIMIT 1), true)`;

/**
 * Removes entries for good, from the leaves to the root, in batches that are a transaction of the caller each: so nothing of
 * a folder is ever left without the folder. A name that an upload has claimed stays, and what it is in: it becomes a file,
 * or goes, and a later batch finds it so.
 */
@Injectable()
export class Purger {
  constructor(
    private readonly blobs: BlobLedger,
    private readonly quota: SpaceQuota,
  ) {}

  /** Removes some of what is below an entry, and at last the entry; comes last in its transaction. */
  async batch(manager: EntityManager, spaceId: string, rootId: string): Promise<Purged> {
    await lockTrees(manager, 'alone', spaceId);
    return this.remove(manager, spaceId, [rootId]);
  }

  /**
   * Removes some of what was put into the trash of a space up to a moment, and has not been taken out since.
   * @param until as the database writes it
   */
  async batchOfTrash(manager: EntityManager, spaceId: string, until: string): Promise<Purged> {
    // Alone: nobody takes anything out of the trash meanwhile.
    await lockTrees(manager, 'alone', spaceId);
    const rows = await manager.query<{ id: string }[]>(
      `SELECT id FROM entries WHERE space_id = $1 AND trashed_at <= $2::timestamptz ORDER BY trashed_at DESC, id DESC LIMIT $3`,
      [spaceId, until, BATCH],
    );
    const roots = rows.map(({ id }) => id);
    if (roots.length === 0) return { removed: 0, isOver: true, blobs: [] };
    const purged = await this.remove(manager, spaceId, roots);
    return { ...purged, isOver: purged.isOver && roots.length < BATCH };
  }

  private async remove(manager: EntityManager, spaceId: string, roots: readonly string[]): Promise<Purged> {
    const deepest = await this.leavesOf(manager, roots, await this.deepest(manager, roots));
    const leaves = deepest.length > 0 ? deepest : await this.anyLeaves(manager, roots);
    const blobs = [...new Set(leaves.flatMap(({ blob_id }) => blob_id ?? []))];
    // Before their files, as everybody does who takes a content from a file.
    await this.blobs.lock(manager, blobs);
    const [rows] = await manager.query<[{ id: string; size: BigintText | null }[], number]>(
      `DELETE FROM entries WHERE id = ANY($1) RETURNING id, size`,
      [leaves.map(({ id }) => id)],
    );
    await this.blobs.condemnAll(manager, blobs);
    const left: unknown[] = await manager.query(`SELECT 1 FROM entries WHERE id = ANY($1) LIMIT 1`, [roots]);
    const freed = rows.reduce((sum, { size }) => sum + (size === null ? 0 : toSafeInteger(size)), 0);
    await this.quota.free(manager, spaceId, freed);
    return { removed: rows.length, isOver: left.length === 0, blobs };
  }

  /**
   * Folders that no folder is in, itself among those where there are no others: some of each level, so that a batch reads no
   * more of a wide tree than of a small one.
   */
  private async deepest(manager: EntityManager, roots: readonly string[]): Promise<readonly string[]> {
    const [row] = await manager.query<{ ids: string[] }[]>(
      `WITH RECURSIVE level AS (
         SELECT ARRAY(SELECT id FROM entries WHERE id = ANY($1) AND kind = 'folder') AS ids, 1 AS depth
         UNION ALL
         SELECT inside.ids, l.depth + 1 FROM level l CROSS JOIN LATERAL (SELECT ARRAY(
           SELECT e.id FROM entries e WHERE e.folder_id = ANY(l.ids) AND e.kind = 'folder' LIMIT $2) AS ids) inside
         WHERE inside.ids <> '{}'
       ) SELECT ids FROM level ORDER BY depth DESC LIMIT 1`,
      [roots, BATCH],
    );
    return row?.ids ?? [];
  }

  /** Files among what is to go, then those in some folders, then those of the folders that are empty. */
  private leavesOf(manager: EntityManager, roots: readonly string[], folders: readonly string[]): Promise<Leaf[]> {
    return manager.query<Leaf[]>(
      `SELECT id, blob_id FROM entries WHERE id = ANY($1) AND blob_id IS NOT NULL
       UNION ALL SELECT id, blob_id FROM entries WHERE parent_id = ANY($2) AND blob_id IS NOT NULL
       UNION ALL SELECT f.id, NULL FROM unnest($2::text[]) AS f (id) WHERE ${IS_EMPTY('f')}
       LIMIT $3`,
      [roots, folders, BATCH],
    );
  }

  /** Whatever can go of all that is below: where uploads are completing in the deepest folders, the others do not wait. */
  private anyLeaves(manager: EntityManager, roots: readonly string[]): Promise<Leaf[]> {
    return manager.query<Leaf[]>(
      `WITH RECURSIVE below AS (
         SELECT id, kind, blob_id FROM entries WHERE id = ANY($1)
         UNION ALL
         SELECT e.id, e.kind, e.blob_id FROM below b JOIN entries e ON e.parent_id = b.id
       )
       SELECT id, blob_id FROM below b WHERE blob_id IS NOT NULL OR (kind = 'folder' AND ${IS_EMPTY('b')}) LIMIT $2`,
      [roots, BATCH],
    );
  }
}
