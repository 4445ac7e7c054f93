import { Injectable } from '@nestjs/common';
import { nameKey, sortKey, type ConflictPolicy } from '@stowage/contract';
import type { EntityManager } from 'typeorm';
import { UNIQUE_VIOLATION, databaseErrorCode } from '../platform/database/database-errors.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { holderOf, takeNumbered } from './folder-names.js';
import { makeFolders, type MadeFolder } from './folder-maker.js';
import { SpaceMoves } from './space-moves.js';
import { putIntoTrash } from './trashing.js';
import { lockTrees } from './tree-locks.js';
import { checkReach, entryNotFound, folderNotFound, nameTaken } from './tree-refusals.js';
import { findNode, findPlace, reachBelow, type FolderPlace, type TreeNode } from './tree-walks.js';

/** Where an entry is to be, and what for. */
export interface Put {
  /** As it was found: it must still be in the same space. */
  readonly to: FolderPlace;
  readonly name: string;
  /** What becomes of it when the name is taken there; only a file is replaced, by a file. */
  readonly conflict: ConflictPolicy;
  /** Id of the account of whoever does it, for what is replaced; null without one. */
  readonly by: string | null;
}

/** An entry and the folder that it comes into, as they are under the locks. */
interface Places {
  readonly node: TreeNode;
  readonly to: FolderPlace;
}

/**
 * Moves the entries of trees, in transactions of their callers, one entry in each: the locks of the trees come first. Nothing
 * here asks who may.
 */
@Injectable()
export class TreeLedger {
  constructor(private readonly moves: SpaceMoves) {}

  /**
   * Renames an entry, moves it with all that is in it, or both; into another space as well.
   * @returns the name that it has there
   * @throws ProblemError entry-not-found, folder-not-found, folder-into-itself, folder-too-deep, name-taken, quota-exceeded;
   * overloaded while an upload completes below a folder that goes into another space
   */
  async move(manager: EntityManager, node: TreeNode, put: Put): Promise<string> {
    const places = await this.find(manager, node, put);
    if (places.node.inTrash) throw entryNotFound();
    return this.put(manager, places, put);
  }

  /**
   * Takes an entry out of the trash, with all that is in it.
   * @returns the name that it has there
   * @throws ProblemError as {@link move}, and not-in-trash
   */
  async restore(manager: EntityManager, node: TreeNode, put: Put): Promise<string> {
    const places = await this.find(manager, node, put);
    if (!places.node.inTrash) throw new ProblemError('not-in-trash', 'It has been taken out already.');
    return this.put(manager, places, put);
  }

  /**
   * Makes the folders of a path that are missing.
   * @param base as it was found: it must still be in the same space
   * @returns what became of each of them
   * @throws ProblemError folder-not-found, path-not-a-folder, folder-too-deep
   */
  async makeFolders(
    manager: EntityManager,
    base: FolderPlace,
    names: readonly string[],
  ): Promise<readonly MadeFolder[]> {
    await lockTrees(manager, 'shared', base.spaceId);
    return makeFolders(manager, await this.placeAgain(manager, base), names);
  }

  /** Locks what has to stay as it is, and looks again: both may have been moved since they were found. */
  private async find(manager: EntityManager, found: TreeNode, { to, conflict }: Put): Promise<Places> {
    const alone = found.kind === 'folder' || conflict === 'replace' || found.spaceId !== to.spaceId;
    await lockTrees(manager, alone ? 'alone' : 'shared', found.spaceId, to.spaceId);
    await manager.query(`SELECT 1 FROM entries WHERE id = $1 FOR NO KEY UPDATE`, [found.id]);
    const node = await findNode(manager, found.id);
    if (node === null || node.spaceId !== found.spaceId) throw entryNotFound();
    return { node, to: await this.placeAgain(manager, to) };
  }

  private async placeAgain(manager: EntityManager, found: FolderPlace): Promise<FolderPlace> {
    const place = await findPlace(manager, found.id, true);
    if (place === null || place.inTrash || place.spaceId !== found.spaceId) throw folderNotFound();
    return place;
  }

  private async put(manager: EntityManager, { node, to }: Places, put: Put): Promise<string> {
    const { name } = put;
    if (to.line.includes(node.id)) {
      throw new ProblemError('folder-into-itself', 'It cannot be in itself, nor in a folder that is in it.');
    }
    const stays = !node.inTrash && to.parentId === node.parentId && to.spaceId === node.spaceId;
    if (stays && name === node.name) return name;
    const had = await this.settle(manager, { node, to }, put);
    if (node.kind === 'folder') await this.checkReach(manager, node.id, to, had);
    if (to.spaceId !== node.spaceId) await this.moves.move(manager, node, to.spaceId);
    return had;
  }

  private async checkReach(manager: EntityManager, folderId: string, to: FolderPlace, name: string): Promise<void> {
    const below = await reachBelow(manager, folderId);
    const bytes = (to.depth === 0 ? 0 : to.bytes + 1) + Buffer.byteLength(name) + below.bytes;
    checkReach(to.depth + 1 + below.levels, bytes);
  }

  /** Gives an entry its place and a name there. */
  private async settle(manager: EntityManager, places: Places, { name, conflict, by }: Put): Promise<string> {
    const { node, to } = places;
    // Again when another one takes the name between a look and the update.
    for (let attempt = 0; attempt < 5; attempt++) {
      const holder = await holderOf(manager, to.id, name);
      if (holder !== null && holder.id !== node.id) {
        if (conflict === 'rename') {
          const wanted = { folderId: to.id, name, kind: node.kind };
          const free = await takeNumbered(manager, wanted, (candidate) => this.take(manager, places, candidate));
          if (free === null) throw nameTaken();
          return free;
        }
        const replaces = conflict === 'replace' && node.kind === 'file' && holder.kind === 'file' && !holder.claimed;
        if (!replaces) throw nameTaken();
        await putIntoTrash(manager, holder.id, by);
      }
      if (await this.take(manager, places, name)) return name;
    }
    throw nameTaken();
  }

  /** @returns false when the name is taken; nothing has changed then */
  private async take(manager: EntityManager, { node, to }: Places, name: string): Promise<boolean> {
    await manager.query('SAVEPOINT take_name');
    try {
      await manager.query(
        `UPDATE entries SET parent_id = $2, space_id = $3, name = $4, name_key = $5, sort_key = $6, trashed_at = NULL,
           trashed_by = NULL, trashed_from = NULL, trashed_path = NULL WHERE id = $1`,
        [node.id, to.parentId, to.spaceId, name, nameKey(name), sortKey(name)],
      );
    } catch (error) {
      if (databaseErrorCode(error) !== UNIQUE_VIOLATION) throw error;
      await manager.query('ROLLBACK TO SAVEPOINT take_name');
      return false;
    }
    await manager.query('RELEASE SAVEPOINT take_name');
    return true;
  }
}
