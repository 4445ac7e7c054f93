import { Injectable } from '@nestjs/common';
import { nameKey, type ConflictPolicy } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { FOREIGN_KEY_VIOLATION, databaseErrorCode } from '../platform/database/database-errors.js';
import { newId } from '../platform/database/ids.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { numberedName } from './numbered-names.js';

/** Where a file is to appear. */
export interface Destination {
  readonly spaceId: string;
  /** Folder names, outermost first. */
  readonly folders: readonly string[];
  readonly name: string;
}

/** Numbers tried for a name that is taken. */
const MOST_NUMBER = 10_000;
const NUMBERS_AT_ONCE = 100;

/** Where a claim is to be, and whose it is. */
interface Place {
  readonly spaceId: string;
  readonly parentId: string | null;
  readonly uploadId: string;
  readonly mediaType: string;
}

interface ClaimRow {
  readonly id: string;
  readonly space_id: string;
  readonly parent_id: string;
  readonly name: string;
  readonly name_key: string;
}

/** What a file had that was removed. */
export interface RemovedFile {
  readonly blobId: string;
  /** Its folder. */
  readonly parentId: string | null;
  readonly spaceId: string;
  /** Bytes. */
  readonly size: number;
}

interface RemovedRow {
  readonly blob_id: string;
  readonly parent_id: string | null;
  readonly space_id: string;
  readonly size: BigintText;
}

interface EntryRow {
  readonly id: string;
  readonly kind: 'folder' | 'file';
}

const FIND = `SELECT id, kind FROM entries WHERE space_id = $1 AND coalesce(parent_id, '') = $2 AND name_key = $3`;

/** The tree of folders and files. */
@Injectable()
export class EntryLedger {
  constructor(private readonly database: DataSource) {}

  /**
   * Says whether a name is taken, by a file, a folder or an upload that is completing. Only a first look: the unique
   * index decides when the name is claimed.
   * @throws ProblemError path-not-a-folder when a part of the path is a file
   */
  async isTaken(destination: Destination): Promise<boolean> {
    let parentId = '';
    for (const folder of destination.folders) {
      const row = await this.find(this.database.manager, destination.spaceId, parentId, folder);
      if (row === null) return false;
      if (row.kind === 'file') throw notAFolder();
      parentId = row.id;
    }
    return (await this.find(this.database.manager, destination.spaceId, parentId, destination.name)) !== null;
  }

  private async find(
    manager: EntityManager,
    spaceId: string,
    parentId: string,
    name: string,
  ): Promise<EntryRow | null> {
    const rows = await manager.query<EntryRow[]>(FIND, [spaceId, parentId, nameKey(name)]);
    return rows[0] ?? null;
  }

  /**
   * Claims a name for an upload, with the folders above it. The claim shows nowhere until {@link fulfil}.
   * @param conflict what to do when the name is taken: give up, take the next free one with a number, or wait beside the
   * file until {@link replace}
   * @returns false when the name is taken
   * @throws ProblemError path-not-a-folder
   */
  async claim(
    manager: EntityManager,
    { spaceId, folders, name }: Destination,
    uploadId: string,
    mediaType: string,
    conflict: ConflictPolicy = 'reject',
  ): Promise<boolean> {
    let parentId: string | null = null;
    for (const folder of folders) parentId = await this.ensureFolder(manager, spaceId, parentId, folder);
    const place: Place = { spaceId, parentId, uploadId, mediaType };
    if (await this.insertClaim(manager, place, name, nameKey(name))) return true;
    if (conflict === 'rename') return this.claimNumbered(manager, place, name);
    if (conflict === 'reject') return false;
    const taken = await this.find(manager, spaceId, parentId ?? '', name);
    // No name has a slash, so this key is nobody else's.
    return taken?.kind !== 'folder' && this.insertClaim(manager, place, name, `${nameKey(name)}/${uploadId}`);
  }

  private async insertClaim(manager: EntityManager, place: Place, name: string, key: string): Promise<boolean> {
    const { spaceId, parentId, uploadId, mediaType } = place;
    const rows: unknown[] = await manager.query(
      `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, media_type, upload_id)
       VALUES ($1, $2, $3, 'file', $4, $5, $6, $7) ON CONFLICT (space_id, coalesce(parent_id, ''), name_key) DO NOTHING RETURNING id`,
      [newId(), spaceId, parentId, name, key, mediaType, uploadId],
    );
    return rows.length > 0;
  }

  /** Looks at many numbers at once, since a folder may have many files of one name. */
  private async claimNumbered(manager: EntityManager, place: Place, name: string): Promise<boolean> {
    for (let first = 1; first < MOST_NUMBER; first += NUMBERS_AT_ONCE) {
      const names = Array.from({ length: NUMBERS_AT_ONCE }, (_, index) => numberedName(name, first + index));
      const rows = await manager.query<{ name_key: string }[]>(
        `SELECT name_key FROM entries WHERE space_id = $1 AND coalesce(parent_id, '') = $2 AND name_key = ANY($3)`,
        [place.spaceId, place.parentId ?? '', names.map(nameKey)],
      );
      const taken = new Set(rows.map((row) => row.name_key));
      for (const free of names.filter((candidate) => !taken.has(nameKey(candidate)))) {
        // False when another one has taken it meanwhile: then the next.
        if (await this.insertClaim(manager, place, free, nameKey(free))) return true;
      }
    }
    return false;
  }

  /**
   * Puts a claim that waits beside a file in the place of that file, which goes: in one transaction with {@link fulfil}, so
   * that there is always one of the two.
   * @returns what the file had; null when nothing stood there
   * @throws Error when the place is held by a folder or by an upload that is completing: worth another try
   */
  async replace(manager: EntityManager, uploadId: string): Promise<RemovedFile | null> {
    const [claim] = await manager.query<ClaimRow[]>(
      `SELECT id, space_id, coalesce(parent_id, '') AS parent_id, name, name_key FROM entries WHERE upload_id = $1 AND blob_id IS NULL`,
      [uploadId],
    );
    if (claim === undefined) throw new Error('The upload has no claimed name.');
    const key = nameKey(claim.name);
    if (claim.name_key === key) return null;
    const [rows] = await manager.query<[RemovedRow[], number]>(
      `DELETE FROM entries e USING blobs b
       WHERE e.space_id = $1 AND coalesce(e.parent_id, '') = $2 AND e.name_key = $3 AND b.id = e.blob_id
       RETURNING e.blob_id, e.parent_id, e.space_id, b.size`,
      [claim.space_id, claim.parent_id, key],
    );
    // Something else in this place makes it fail at the unique index.
    await manager.query(`UPDATE entries SET name_key = $2 WHERE id = $1`, [claim.id, key]);
    return rows[0] === undefined ? null : toRemoved(rows[0]);
  }

  private async ensureFolder(
    manager: EntityManager,
    spaceId: string,
    parentId: string | null,
    name: string,
  ): Promise<string> {
    // Again when an empty folder is removed between the two statements; the row's lock then keeps it.
    for (let attempt = 0; attempt < 5; attempt++) {
      await manager.query(
        `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key) VALUES ($1, $2, $3, 'folder', $4, $5)
         ON CONFLICT (space_id, coalesce(parent_id, ''), name_key) DO NOTHING`,
        [newId(), spaceId, parentId, name, nameKey(name)],
      );
      const rows = await manager.query<EntryRow[]>(`${FIND} FOR KEY SHARE`, [spaceId, parentId ?? '', nameKey(name)]);
      if (rows[0]?.kind === 'file') throw notAFolder();
      if (rows[0] !== undefined) return rows[0].id;
    }
    throw new Error('A folder was removed as often as it was made.');
  }

  /** Gives a claimed name its content: from the commit on the file is there. Returns its id. */
  async fulfil(manager: EntityManager, uploadId: string, blobId: string): Promise<string> {
    const [rows] = await manager.query<[{ id: string }[], number]>(
      `UPDATE entries SET blob_id = $2, created_at = now() WHERE upload_id = $1 AND blob_id IS NULL RETURNING id`,
      [uploadId, blobId],
    );
    if (rows[0] === undefined) throw new Error('The upload has no claimed name.');
    return rows[0].id;
  }

  /** Gives a claimed name back. */
  async unclaim(manager: EntityManager, uploadId: string): Promise<void> {
    await manager.query(`DELETE FROM entries WHERE upload_id = $1 AND blob_id IS NULL`, [uploadId]);
  }

  /**
   * Removes a file. The row of its blob is locked first, as a completion does that puts a file in the place of this one:
   * in the other order each could wait for the other.
   * @returns what it had, or null when there is no such file; the caller gives its bytes back to the quota
   */
  async delete(fileId: string, manager: EntityManager = this.database.manager): Promise<RemovedFile | null> {
    await manager.query(`SELECT 1 FROM blobs WHERE id = (SELECT blob_id FROM entries WHERE id = $1) FOR UPDATE`, [
      fileId,
    ]);
    const [rows] = await manager.query<[RemovedRow[], number]>(
      `DELETE FROM entries e USING blobs b WHERE e.id = $1 AND b.id = e.blob_id
       RETURNING e.blob_id, e.parent_id, e.space_id, b.size`,
      [fileId],
    );
    return rows[0] === undefined ? null : toRemoved(rows[0]);
  }

  /**
   * Removes a folder that has become empty, and the ones above it: they were made by a path, and nobody could remove
   * them. A file that comes in meanwhile keeps its folder (the foreign key refuses the delete).
   */
  async pruneEmptyFolders(folderId: string | null): Promise<void> {
    let current = folderId;
    while (current !== null) {
      try {
        const [rows]: [{ parent_id: string | null }[], number] = await this.database.query(
          `DELETE FROM entries e WHERE e.id = $1 AND e.kind = 'folder' AND NOT EXISTS (SELECT 1 FROM entries c WHERE c.parent_id = e.id)
           RETURNING parent_id`,
          [current],
        );
        current = rows[0]?.parent_id ?? null;
      } catch (error) {
        if (databaseErrorCode(error) !== FOREIGN_KEY_VIOLATION) throw error;
        return;
      }
    }
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
  return { blobId: row.blob_id, parentId: row.parent_id, spaceId: row.space_id, size: toSafeInteger(row.size) };
}

function notAFolder(): ProblemError {
  return new ProblemError('path-not-a-folder', 'A file stands where the path wants a folder.');
}
