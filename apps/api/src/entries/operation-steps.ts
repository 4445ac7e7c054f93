import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { accountIdOf } from '../identity/principal.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { MemberLedger } from '../spaces/member-ledger.js';
import { EntryCopies, placeIn } from './entry-copies.js';
import { FolderCopies, failureOf } from './folder-copies.js';
import type { Progress, Running } from './operation-ledger.js';
import { Purger, type Purged } from './purger.js';
import { TreeLedger } from './tree-ledger.js';
import { lockTrees } from './tree-locks.js';
import { entryNotFound } from './tree-refusals.js';
import { originOf, putIntoTrash } from './trashing.js';
import { findNode, type TreeNode } from './tree-walks.js';

/** Entries of one row each that one transaction takes at most. */
const AT_ONCE = 50;

/** What a step has come to. */
export interface Step extends Progress {
  /** True when nothing can be done just now: an upload is completing there. */
  readonly waits?: boolean;
  /** Contents that may have lost their last file. */
  readonly blobs?: readonly string[];
}

/** What an operation does next, in the transaction that notes how far it has come. */
@Injectable()
export class OperationSteps {
  constructor(
    private readonly tree: TreeLedger,
    private readonly copies: EntryCopies,
    private readonly folders: FolderCopies,
    private readonly purger: Purger,
    private readonly members: MemberLedger,
  ) {}

  /** Whether its owner may still do it. */
  async isPermitted(manager: EntityManager, { owner, action, spaceId, targetSpaceId }: Running): Promise<boolean> {
    const there = action === 'copy' ? 'files:read' : 'files:write';
    if (!(await this.members.mayStill(manager, owner, there, spaceId))) return false;
    return targetSpaceId === null || this.members.mayStill(manager, owner, 'files:write', targetSpaceId);
  }

  /** How much there is to go through. */
  async count(manager: EntityManager, { action, entries, spaceId, trashedUntil, startedAt }: Running): Promise<number> {
    if (action !== 'copy' && action !== 'purge') return entries.length;
    const [row] = await manager.query<[{ total: number }]>(
      `WITH RECURSIVE below AS (
         SELECT id FROM entries WHERE space_id = $2 AND (id = ANY($1) OR trashed_at <= $3::timestamptz)
         UNION ALL
         SELECT e.id FROM below b JOIN entries e ON e.parent_id = b.id
         WHERE (e.kind = 'folder' OR e.blob_id IS NOT NULL) AND ($4::timestamptz IS NULL OR e.created_at <= $4::timestamptz)
       ) SELECT count(*)::integer AS total FROM below`,
      [entries, spaceId, trashedUntil, action === 'copy' ? startedAt : null],
    );
    return row.total;
  }

  /**
   * Does the next step; null when nothing is left to do.
   * @param careful true: as little as can be at once, since another try has failed
   * @throws ProblemError when another try is worth it
   */
  async next(manager: EntityManager, operation: Running, careful = false): Promise<Step | null> {
    if (operation.trashedUntil !== null) return this.emptyTrash(manager, operation, operation.trashedUntil);
    const pending = operation.action === 'copy' ? await this.folders.pending(manager, operation.id) : null;
    if (pending !== null) return this.folders.batch(manager, operation, pending);
    const { entries, position } = operation;
    if (entries[position] === undefined) return null;
    const ids = entries.slice(position, position + (await this.atOnce(manager, operation, careful)));
    const steps: Step[] = [];
    for (const id of ids) steps.push(await this.one(manager, operation, id));
    return steps.reduce(together);
  }

  /**
   * How many of the entries one transaction takes: several where each is one row and nothing is taken from a quota, whose row
   * is everybody's. Then the tree is locked before all of them, as it never may be when other locks are held.
   */
  private async atOnce(manager: EntityManager, operation: Running, careful: boolean): Promise<number> {
    const { action, spaceId, targetSpaceId } = operation;
    const isOneRow = action === 'trash' || action === 'restore' || (action === 'move' && targetSpaceId === spaceId);
    if (careful || !isOneRow) return 1;
    await lockTrees(manager, 'alone', spaceId);
    return AT_ONCE;
  }

  /** One of the entries that were asked for; what is refused has changed nothing. */
  private async one(manager: EntityManager, operation: Running, id: string): Promise<Step> {
    const found = await findNode(manager, id);
    const node = found?.spaceId === operation.spaceId ? found : null;
    try {
      return await manager.transaction((inner) => {
        if (node === null) throw entryNotFound();
        return this.act(inner, operation, node);
      });
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code === 'overloaded') throw error;
      return { over: 1, done: 1, failures: [failureOf(id, node?.name ?? '', error.code, error.message)] };
    }
  }

  private async act(manager: EntityManager, operation: Running, node: TreeNode): Promise<Step> {
    const by = accountIdOf(operation.owner);
    const { conflict, targetId, targetSpaceId } = operation;
    switch (operation.action) {
      case 'trash':
        if (node.inTrash || !(await putIntoTrash(manager, node.id, by))) throw entryNotFound();
        break;
      case 'restore':
        await this.tree.restore(manager, node, { to: await originOf(manager, node), name: node.name, conflict, by });
        break;
      case 'purge':
        return this.purge(manager, operation, node);
      case 'move': {
        if (node.inTrash) throw entryNotFound();
        await lockTrees(manager, 'alone', operation.spaceId, targetSpaceId ?? operation.spaceId);
        const to = await placeIn(manager, targetId ?? '', targetSpaceId ?? '');
        await this.tree.move(manager, node, { to, name: node.name, conflict, by });
        break;
      }
      case 'copy': {
        if (node.inTrash) throw entryNotFound();
        const put = { folderId: targetId ?? '', spaceId: targetSpaceId ?? '', conflict, by };
        const copy = await this.copies.copy(manager, node, put);
        if (node.kind === 'folder') await this.folders.add(manager, operation.id, [{ sourceId: node.id, id: copy }]);
      }
    }
    return { over: 1, done: 1, failures: [] };
  }

  private async purge(manager: EntityManager, { owner, spaceId }: Running, node: TreeNode): Promise<Step> {
    await lockTrees(manager, 'alone', spaceId);
    // Nobody sees half of it, nor puts anything more into it.
    if (node.kind === 'folder' && !node.inTrash) await putIntoTrash(manager, node.id, accountIdOf(owner));
    const purged = await this.purger.batch(manager, spaceId, node.id);
    return { ...stepOf(purged), over: purged.isOver ? 1 : 0 };
  }

  private async emptyTrash(manager: EntityManager, { spaceId }: Running, until: string): Promise<Step | null> {
    const purged = await this.purger.batchOfTrash(manager, spaceId, until);
    return purged.isOver && purged.removed === 0 ? null : stepOf(purged);
  }
}

function together(a: Step, b: Step): Step {
  return {
    ...{ over: a.over + b.over, done: a.done + b.done, failures: [...a.failures, ...b.failures] },
    blobs: [...(a.blobs ?? []), ...(b.blobs ?? [])],
  };
}

function stepOf({ removed, isOver, blobs }: Purged): Step {
  return { over: 0, done: removed, failures: [], waits: removed === 0 && !isOver, blobs };
}
