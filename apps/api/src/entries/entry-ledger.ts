import { Injectable } from '@nestjs/common';
import { nameKey, sortKey, type ConflictPolicy } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { newId } from '../platform/database/ids.js';
import { makeFolders } from './folder-maker.js';
import { holderOf, takeNumbered } from './folder-names.js';
import { lockTrees } from './tree-locks.js';
import { checkReach, folderNotFound, notAFolder } from './tree-refusals.js';
import { putIntoTrash } from './trashing.js';
import { findPlace, rootOf, type FolderPlace } from './tree-walks.js';

/** Where a file is to appear. */
export interface Destination {
  readonly spaceId: string;
  /** Folder that the others begin in; null or left out: the root of the space. */
  readonly folderId?: string | null;
  /** Folder names, outermost first. */
  readonly folders: readonly string[];
  /** Whether a folder whose name a file has gets a number, instead of being refused: who must not learn what is there. */
  readonly evades?: boolean;
  readonly name: string;
}

/** Where a claim is to be, and whose it is. */
interface Place {
  readonly spaceId: string;
  readonly parentId: string | null;
  readonly uploadId: string;
  readonly mediaType: string;
}

interface ClaimRow {
  readonly id: string;
  readonly folder_id: string;
  readonly name: string;
  readonly name_key: string;
}

/** What a file had that was removed. */
export interface RemovedFile {
  readonly blobId: string;
  readonly spaceId: string;
  /** Bytes. */
  readonly size: number;
}

interface RemovedRow {
  readonly blob_id: string;
  readonly space_id: string;
  readonly size: BigintText;
}

/** The names of files: claimed, given their contents, removed. */
@Injectable()
export class EntryLedger {
  constructor(private readonly database: DataSource) {}

  /**
   * Says whether a name is taken, by a file, a folder or an upload that is completing. Only a first look: the unique
   * index decides when the name is claimed.
   * @throws ProblemError folder-not-found, folder-too-deep; path-not-a-folder when a part of the path is a file
   */
  async isTaken(destination: Destination): Promise<boolean> {
    const { manager } = this.database;
    let { id } = await this.base(manager, destination);
    for (const folder of destination.folders) {
      const holder = await holderOf(manager, id, folder);
      if (holder === null) return false;
      if (holder.kind === 'file' && destination.evades !== true) throw notAFolder();
      if (holder.kind === 'file') return false;
      ({ id } = holder);
    }
    return (await holderOf(manager, id, destination.name)) !== null;
  }

  /** The folder that a path begins in; whoever puts something there keeps it. */
  private async base(
    manager: EntityManager,
    { spaceId, folderId = null, folders }: Destination,
    keep = false,
  ): Promise<FolderPlace> {
    if (folderId === null) return rootOf(spaceId);
    const place = await findPlace(manager, folderId, keep);
    if (place === null || place.inTrash || place.spaceId !== spaceId) throw folderNotFound();
    if (folders.length > 0)
      checkReach(place.depth + folders.length, place.bytes + 1 + Buffer.byteLength(folders.join('/')));
    return place;
  }

  /**
   * Claims a name for an upload, with the folders above it. The claim shows nowhere until {@link fulfil}.
   * @param conflict what to do when the name is taken: give up, take the next free one with a number, or wait beside the
   * file until {@link replace}
   * @returns false when the name is taken
   * @throws ProblemError folder-not-found, folder-too-deep, path-not-a-folder
   */
  async claim(
    manager: EntityManager,
    destination: Destination,
    uploadId: string,
    mediaType: string,
    conflict: ConflictPolicy = 'reject',
  ): Promise<boolean> {
    const { spaceId, name } = destination;
    await lockTrees(manager, 'shared', spaceId);
    const base = await this.base(manager, destination, true);
    const folders = await makeFolders(manager, base, destination.folders, destination.evades);
    const parentId = folders.at(-1)?.id ?? base.parentId;
    const place: Place = { spaceId, parentId, uploadId, mediaType };
    const claim = (candidate: string) => this.insertClaim(manager, place, candidate, nameKey(candidate));
    if (await claim(name)) return true;
    if (conflict === 'reject') return false;
    const folderId = parentId ?? spaceId;
    if (conflict === 'rename') return (await takeNumbered(manager, { folderId, name, kind: 'file' }, claim)) !== null;
    const holder = await holderOf(manager, folderId, name);
    // No name has a slash, so this key is nobody else's.
    return holder?.kind !== 'folder' && this.insertClaim(manager, place, name, `${nameKey(name)}/${uploadId}`);
  }

  private async insertClaim(manager: EntityManager, place: Place, name: string, key: string): Promise<boolean> {
    const { spaceId, parentId, uploadId, mediaType } = place;
    const rows: unknown[] = await manager.query(
      `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key, media_type, upload_id)
       VALUES ($1, $2, $3, 'file', $4, $5, $6, $7, $8) ON CONFLICT (folder_id, name_key) DO NOTHING RETURNING id`,
      [newId(), spaceId, parentId, name, key, sortKey(name), mediaType, uploadId],
    );
    return rows.length > 0;
  }

  /**
   * Puts a claim that waits beside a file in the place of that file, which goes into the trash: in one transaction with
   * {@link fulfil}, so that there is always one of the two.
   * @param by id of the account whose upload it is; null without one
   * A folder that has taken the name since stays: then the file gets a number.
   * @throws Error when the place is held by an upload that is completing: worth another try
   */
  async replace(manager: EntityManager, uploadId: string, by: string | null): Promise<void> {
    const [claim] = await manager.query<ClaimRow[]>(
      `SELECT id, folder_id, name, name_key FROM entries WHERE upload_id = $1 AND blob_id IS NULL`,
      [uploadId],
    );
    if (claim === undefined) throw new Error('The upload has no claimed name.');
    if (claim.name_key === nameKey(claim.name)) return;
    const { folder_id: folderId, name } = claim;
    const holder = await holderOf(manager, folderId, name);
    if (holder?.kind === 'folder') {
      await takeNumbered(manager, { folderId, name, kind: 'file' }, (free) => this.rename(manager, claim.id, free));
      return;
    }
    if (holder !== null) await putIntoTrash(manager, holder.id, by);
    // An upload that is completing in this place makes it fail at the unique index.
    await this.rename(manager, claim.id, name);
  }

  private async rename(manager: EntityManager, id: string, name: string): Promise<true> {
    await manager.query(`UPDATE entries SET name = $2, name_key = $3, sort_key = $4 WHERE id = $1`, [
      ...[id, name, nameKey(name), sortKey(name)],
    ]);
    return true;
  }

  /** Gives a claimed name its content: from the commit on the file is there. Returns its id. */
  async fulfil(manager: EntityManager, uploadId: string, blobId: string): Promise<string> {
    const [rows] = await manager.query<[{ id: string }[], number]>(
      `UPDATE entries e SET blob_id = b.id, size = b.size, created_at = now() FROM blobs b
       WHERE b.id = $2 AND e.upload_id = $1 AND e.blob_id IS NULL RETURNING e.id`,
      [uploadId, blobId],
    );
    if (rows[0] === undefined) throw new Error('The upload has no claimed name.');
    return rows[0].id;
  }

  /** Notes who has sent what becomes a file. */
  async setSender(manager: EntityManager, uploadId: string, sender: string): Promise<void> {
    await manager.query(`UPDATE entries SET sender = $2 WHERE upload_id = $1 AND blob_id IS NULL`, [uploadId, sender]);
  }

  /** Gives a claimed name back. */
  async unclaim(manager: EntityManager, uploadId: string): Promise<void> {
    await manager.query(`DELETE FROM entries WHERE upload_id = $1 AND blob_id IS NULL`, [uploadId]);
  }

  /**
   * Removes a file for good, in the trash or not. The row of its blob is locked first, as a completion does that puts a file in the place of this one:
   * in the other order each could wait for the other.
   * @returns what it had, or null when there is no such file; the caller gives its bytes back to the quota
   */
  async delete(fileId: string, manager: EntityManager = this.database.manager): Promise<RemovedFile | null> {
    await manager.query(`SELECT 1 FROM blobs WHERE id = (SELECT blob_id FROM entries WHERE id = $1) FOR UPDATE`, [
      fileId,
    ]);
    const [rows] = await manager.query<[RemovedRow[], number]>(
      `DELETE FROM entries WHERE id = $1 AND blob_id IS NOT NULL RETURNING blob_id, space_id, size`,
      [fileId],
    );
    return rows[0] === undefined ? null : toRemoved(rows[0]);
  }

  /** Live blobs that no file refers to: what was taken from a file without being condemned. */
  async unreferencedBlobs(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM blobs b WHERE state = 'live' AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.blob_id = b.id)`,
    );
    return rows.map((row) => row.id);
  }
}

function toRemoved(row: RemovedRow): RemovedFile {
  return { blobId: row.blob_id, spaceId: row.space_id, size: toSafeInteger(row.size) };
}
