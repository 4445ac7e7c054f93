import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { holderOf } from './folder-names.js';

/** A password that uploads want, and the folder (or space, for its root) that has it. */
export interface UploadLock {
  readonly id: string;
  readonly passwordHash: string;
  /** So many of the folders that the path names lead to it; 0 when it is where the path begins, or above. */
  readonly depth: number;
}

/** A folder, and the ones below it that a path names; not all of them need be there. */
export interface UploadWay {
  readonly spaceId: string;
  /** Null: the root of the space. */
  readonly folderId: string | null;
  /** Folder names, outermost first. */
  readonly folders: readonly string[];
}

/** The SQL of passwords that spaces and folders want for uploads into them. */
@Injectable()
export class UploadPasswordLedger {
  constructor(private readonly database: DataSource) {}

  /** The password that an upload wants: that of the nearest folder which has one, else of the space; null for none. */
  async lockOf({ spaceId, folderId, folders }: UploadWay): Promise<UploadLock | null> {
    const { manager } = this.database;
    let nearest = folderId;
    const way: string[] = [];
    for (const name of folders) {
      const holder = await holderOf(manager, nearest ?? spaceId, name);
      if (holder?.kind !== 'folder') break;
      nearest = holder.id;
      way.push(nearest);
    }
    const [row] = await manager.query<{ id: string; hash: string }[]>(
      `WITH RECURSIVE above AS (
         SELECT id, parent_id, upload_password_hash AS hash, 1 AS level FROM entries WHERE id = $2 AND space_id = $1
         UNION ALL
         SELECT f.id, f.parent_id, f.upload_password_hash, a.level + 1 FROM above a JOIN entries f ON f.id = a.parent_id
       )
       SELECT id, hash FROM (
         SELECT id, hash, level FROM above
         UNION ALL SELECT id, upload_password_hash, 1000000 FROM spaces WHERE id = $1
       ) places WHERE hash IS NOT NULL ORDER BY level LIMIT 1`,
      [spaceId, nearest],
    );
    return row === undefined ? null : { id: row.id, passwordHash: row.hash, depth: way.indexOf(row.id) + 1 };
  }

  /**
   * Gives a folder, or a space by its id, a password for uploads; null takes it away.
   * @returns false when there is no such folder
   */
  async set(id: string, passwordHash: string | null): Promise<boolean> {
    for (const where of [
      `entries SET upload_password_hash = $2 WHERE id = $1 AND kind = 'folder'`,
      `spaces SET upload_password_hash = $2 WHERE id = $1`,
    ]) {
      const [, count]: [unknown, number] = await this.database.query(`UPDATE ${where}`, [id, passwordHash]);
      if (count === 1) return true;
    }
    return false;
  }
}
