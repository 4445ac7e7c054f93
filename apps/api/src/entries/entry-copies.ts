import { Injectable } from '@nestjs/common';
import type { ConflictPolicy } from '@stowage/contract';
import type { EntityManager } from 'typeorm';
import { BlobLedger } from '../blobs/blob-ledger.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { SpaceQuota } from '../spaces/space-quota.js';
import { copyRows, type Copied } from './copy-rows.js';
import { holderOf, takeNumbered } from './folder-names.js';
import { lockTrees } from './tree-locks.js';
import { checkReach, entryNotFound, folderNotFound, nameTaken } from './tree-refusals.js';
import { putIntoTrash } from './trashing.js';
import { findPlace, reachBelow, type FolderPlace, type TreeNode } from './tree-walks.js';

/** Where a copy is to be, and what for. */
export interface CopyPut {
  readonly folderId: string;
  /** The folder must still be in it. */
  readonly spaceId: string;
  readonly conflict: ConflictPolicy;
  /** Id of the account of whoever does it, for what is replaced; null without one. */
  readonly by: string | null;
}

/** Copies what somebody asked for: a file, or a folder without what is in it, which comes in batches. */
@Injectable()
export class EntryCopies {
  constructor(
    private readonly blobs: BlobLedger,
    private readonly quota: SpaceQuota,
  ) {}

  /**
   * Makes the copy, in a transaction of the caller.
   * @returns its id
   * @throws ProblemError entry-not-found, folder-not-found, folder-into-itself, folder-too-deep, name-taken, quota-exceeded
   */
  async copy(manager: EntityManager, node: TreeNode, put: CopyPut): Promise<string> {
    await lockTrees(manager, put.conflict === 'replace' ? 'alone' : 'shared', node.spaceId, put.spaceId);
    const to = await placeIn(manager, put.folderId, put.spaceId);
    if (to.line.includes(node.id)) {
      throw new ProblemError('folder-into-itself', 'It cannot be copied into itself, nor into a folder that is in it.');
    }
    if (node.kind === 'folder') {
      const below = await reachBelow(manager, node.id);
      checkReach(to.depth + 1 + below.levels, pathBytes(to, node.name) + below.bytes);
    }
    const kept = await this.blobs.keep(manager, node.blobId === null ? [] : [node.blobId]);
    if (node.blobId !== null && !kept.has(node.blobId)) throw entryNotFound();
    const copied = await this.settle(manager, node, to, put);
    await this.quota.take(manager, to.spaceId, copied.size);
    return copied.id;
  }

  private async settle(manager: EntityManager, node: TreeNode, to: FolderPlace, put: CopyPut): Promise<Copied> {
    let made: Copied | undefined;
    const take = async (name: string) => {
      [made] = await copyRows(manager, to, [{ sourceId: node.id, name }]);
      return made !== undefined;
    };
    if (!(await take(node.name))) await this.makeWay(manager, node, to, put, take);
    if (made === undefined) throw nameTaken();
    return made;
  }

  /** Does what was asked for when the name is taken. */
  private async makeWay(
    manager: EntityManager,
    node: TreeNode,
    to: FolderPlace,
    { conflict, by }: CopyPut,
    take: (name: string) => Promise<boolean>,
  ): Promise<void> {
    if (conflict === 'rename') {
      await takeNumbered(manager, { folderId: to.id, name: node.name, kind: node.kind }, take);
      return;
    }
    const holder = await holderOf(manager, to.id, node.name);
    // Gone with its source, or free by now.
    if (holder === null) throw entryNotFound();
    const replaces = conflict === 'replace' && node.kind === 'file' && holder.kind === 'file' && !holder.claimed;
    if (!replaces || holder.id === node.id) throw nameTaken();
    await putIntoTrash(manager, holder.id, by);
    await take(node.name);
  }
}

/**
 * A folder that something can be copied into, kept until the transaction ends.
 * @throws ProblemError folder-not-found
 */
export async function placeIn(manager: EntityManager, folderId: string, spaceId: string): Promise<FolderPlace> {
  const place = await findPlace(manager, folderId, true);
  if (place === null || place.inTrash || place.spaceId !== spaceId) throw folderNotFound();
  return place;
}

/** Bytes of the path that a folder of this name would have there. */
export function pathBytes(to: FolderPlace, name: string): number {
  return (to.depth === 0 ? 0 : to.bytes + 1) + Buffer.byteLength(name);
}
