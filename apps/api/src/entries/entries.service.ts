import { Injectable } from '@nestjs/common';
import {
  ID_PATTERN,
  nameFault,
  parsePath,
  type ChangeEntry,
  type CreateFolder,
  type Entry,
  type Folder,
  type Operation,
  type RestoreEntry,
} from '@stowage/contract';
import { DataSource } from 'typeorm';
import { accountOf, type Principal } from '../identity/principal.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { checkIn } from '../spaces/space-access.js';
import { EntryListing } from './entry-listing.js';
import { FileRemover } from './file-remover.js';
import { OperationsService } from './operations.service.js';
import { TreeLedger } from './tree-ledger.js';
import { entryNotFound, folderNotFound, nameTaken } from './tree-refusals.js';
import { originOf, putIntoTrash } from './trashing.js';
import { findNode, findPlace, type FolderPlace, type TreeNode } from './tree-walks.js';

/** What people do with folders and files, as far as they may: make, rename, move, put into the trash and take out of it. */
@Injectable()
export class EntriesService {
  constructor(
    private readonly tree: TreeLedger,
    private readonly listing: EntryListing,
    private readonly remover: FileRemover,
    private readonly operations: OperationsService,
    private readonly database: DataSource,
  ) {}

  /**
   * Makes a folder, and those of its path that are missing.
   * @throws ProblemError invalid-path, folder-not-found, not-permitted, name-taken, path-not-a-folder, folder-too-deep
   */
  async createFolder(
    principal: Principal,
    { parent, path, existing }: CreateFolder,
  ): Promise<{ readonly folder: Folder; readonly isNew: boolean }> {
    // No name has a slash: no part of the path is taken for that of a file.
    const parsed = parsePath(path, '/');
    if (!parsed.ok) throw new ProblemError('invalid-path', parsed.fault);
    if (parsed.segments.length === 0) throw new ProblemError('invalid-path', 'A folder needs a name.');
    const base = await this.place(parent);
    checkIn(principal, 'uploads:write', base.spaceId, folderNotFound);
    const made = await this.database.transaction(async (manager) => {
      const last = (await this.tree.makeFolders(manager, base, parsed.segments)).at(-1);
      // Undoes the ones above it as well.
      if (last?.isNew === false && existing === 'reject') throw nameTaken();
      return last;
    });
    const folder = made === undefined ? null : await this.listing.folder(made.id);
    if (made === undefined || folder === null) throw folderNotFound();
    const { ancestors: _, ...rest } = folder;
    return { folder: rest, isNew: made.isNew };
  }

  /**
   * Renames an entry, moves it, or both.
   * @throws ProblemError invalid-name, entry-not-found, folder-not-found, not-permitted, name-taken, folder-into-itself,
   * folder-too-deep, quota-exceeded
   */
  async change(principal: Principal, id: string, { name, parent, conflict }: ChangeEntry): Promise<Entry> {
    const fault = name === undefined ? null : nameFault(name);
    if (fault !== null) throw new ProblemError('invalid-name', fault);
    const node = await this.writable(principal, id);
    if (node.inTrash) throw entryNotFound();
    const to = await this.place(parent ?? node.parentId ?? node.spaceId);
    checkIn(principal, 'files:write', to.spaceId, folderNotFound);
    const put = { to, name: name ?? node.name, conflict, by: accountOf(principal)?.id ?? null };
    await this.database.transaction((manager) => this.tree.move(manager, node, put));
    return this.shown(id);
  }

  /**
   * Puts an entry into the trash.
   * @throws ProblemError entry-not-found, not-permitted
   */
  async trash(principal: Principal, id: string): Promise<null> {
    const node = await this.writable(principal, id);
    const by = accountOf(principal)?.id ?? null;
    if (node.inTrash || !(await putIntoTrash(this.database.manager, id, by))) throw entryNotFound();
    return null;
  }

  /**
   * Removes an entry for good, from the trash or from where it is.
   * @returns of a folder, what goes through all that is in it; null when it is gone already
   * @throws ProblemError entry-not-found, not-permitted
   */
  async purge(principal: Principal, id: string): Promise<Operation | null> {
    const { kind } = await this.writable(principal, id);
    if (kind === 'folder')
      return this.operations.create(principal, { action: 'purge', entries: [id], conflict: 'reject' });
    if (!(await this.remover.delete(id))) throw entryNotFound();
    return null;
  }

  /**
   * Takes an entry out of the trash: into a folder, or to where it was; if that is gone, into the root of its space.
   * @throws ProblemError entry-not-found, folder-not-found, not-permitted, not-in-trash, name-taken, folder-into-itself,
   * folder-too-deep, quota-exceeded
   */
  async restore(principal: Principal, id: string, { parent, conflict }: RestoreEntry): Promise<Entry> {
    const node = await this.writable(principal, id);
    const to = parent === undefined ? await originOf(this.database.manager, node) : await this.place(parent);
    checkIn(principal, 'files:write', to.spaceId, folderNotFound);
    const put = { to, name: node.name, conflict, by: accountOf(principal)?.id ?? null };
    await this.database.transaction((manager) => this.tree.restore(manager, node, put));
    return this.shown(id);
  }

  /** An entry that somebody may change; what is in a space of others is answered like what is not there. */
  private async writable(principal: Principal, id: string): Promise<TreeNode> {
    const node = ID_PATTERN.test(id) ? await findNode(this.database.manager, id) : null;
    if (node === null) throw entryNotFound();
    checkIn(principal, 'files:write', node.spaceId, entryNotFound);
    return node;
  }

  /** A folder that something can be put into; the caller still has to look whether somebody may. */
  private async place(id: string): Promise<FolderPlace> {
    const place = await findPlace(this.database.manager, id);
    if (place === null || place.inTrash) throw folderNotFound();
    return place;
  }

  private async shown(id: string): Promise<Entry> {
    const found = await this.listing.find(id);
    if (found === null) throw entryNotFound();
    return found.entry;
  }
}
