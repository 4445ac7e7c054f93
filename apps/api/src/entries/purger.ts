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
    const leaves = await manager.query<Leaf[]>(
      `WITH RECURSIVE below AS (
         SELECT id, kind, blob_id FROM entries WHERE id = ANY($1)
         UNION ALL
         SELECT e.id, e.kind, e.blob_id FROM below b JOIN entries e ON e.parent_id = b.id
       )
       SELECT id, blob_id FROM below b
       WHERE blob_id IS NOT NULL OR (kind = 'folder' AND NOT EXISTS (SELECT 1 FROM entries c WHERE c.parent_id = b.id))
       LIMIT $2`,
      [roots, BATCH],
    );
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
}
