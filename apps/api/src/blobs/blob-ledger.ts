import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { newId } from '../platform/database/ids.js';
import type { BlobKey } from './blob-store.js';

/** The blob row that an upload's bytes have become, or found. */
export interface ClaimedBlob {
  readonly id: string;
  /**
   * False: the row was just made, so whatever stands under its name is not referenced by anyone; or what stands there is
   * damaged. Either way the upload's own bytes have to take its place.
   */
  readonly existed: boolean;
  readonly size: number;
}

/** The rows of blobs. */
@Injectable()
export class BlobLedger {
  /**
   * Finds or makes the row of a content and locks it until the transaction ends, so that neither another completion nor a
   * delete of the same content comes in between. A condemned one lives again, a damaged one counts as whole again: both
   * hold once the transaction commits, and by then the bytes must be there.
   * @param detected media type found in the bytes; null: they do not tell
   */
  async claim(
    manager: EntityManager,
    key: BlobKey,
    size: number,
    detected: string | null = null,
  ): Promise<ClaimedBlob> {
    const id = newId();
    // An update also where nothing changes: it takes the row's lock, which DO NOTHING would not.
    const rows = await manager.query<{ id: string; size: BigintText; damaged: boolean }[]>(
      `INSERT INTO blobs (id, space_id, sha256, size, detected_type) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (space_id, sha256) DO UPDATE SET state = 'live', condemned_at = NULL,
         detected_type = excluded.detected_type
       RETURNING id, size, damaged_at IS NOT NULL AS damaged`,
      [id, key.spaceId, key.sha256, size, detected],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
    if (row.damaged) {
      await manager.query(`UPDATE blobs SET damaged_at = NULL, damage = NULL, verified_at = now() WHERE id = $1`, [
        row.id,
      ]);
    }
    return { id: row.id, existed: row.id !== id && !row.damaged, size: toSafeInteger(row.size) };
  }

  /**
   * Condemns a blob that no file has any more. Comes last in the transaction that takes the blob from a file: what that
   * transaction gives it to counts.
   */
  async condemn(manager: EntityManager, blobId: string): Promise<void> {
    // The lock first, in a statement of its own: the next one must see what whoever held it has committed.
    await manager.query(`SELECT 1 FROM blobs WHERE id = $1 FOR UPDATE`, [blobId]);
    await manager.query(
      `UPDATE blobs SET state = 'condemned', condemned_at = clock_timestamp()
       WHERE id = $1 AND state = 'live' AND NOT EXISTS (SELECT 1 FROM entries WHERE blob_id = $1)`,
      [blobId],
    );
  }

  /** Locks the rows of contents that are about to lose files, in one order, until the transaction ends. */
  async lock(manager: EntityManager, blobIds: readonly string[]): Promise<void> {
    if (blobIds.length === 0) return;
    await manager.query(`SELECT 1 FROM blobs WHERE id = ANY($1) ORDER BY id FOR UPDATE`, [blobIds]);
  }

  /** Condemns those of some locked blobs that no file has any more; comes after what takes them from files. */
  async condemnAll(manager: EntityManager, blobIds: readonly string[]): Promise<void> {
    if (blobIds.length === 0) return;
    await manager.query(
      `UPDATE blobs b SET state = 'condemned', condemned_at = clock_timestamp()
       WHERE id = ANY($1) AND state = 'live' AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.blob_id = b.id)`,
      [blobIds],
    );
  }

  /**
   * Keeps contents until the transaction ends: none of them is condemned, so that more files may have them.
   * @returns those that are live
   */
  async keep(manager: EntityManager, blobIds: readonly string[]): Promise<Set<string>> {
    if (blobIds.length === 0) return new Set();
    const rows = await manager.query<{ id: string }[]>(
      `SELECT id FROM blobs WHERE id = ANY($1) AND state = 'live' ORDER BY id FOR KEY SHARE`,
      [blobIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Condemned blobs, longest first. */
  async condemned(manager: EntityManager, limit: number): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `SELECT id FROM blobs WHERE state = 'condemned' ORDER BY condemned_at LIMIT $1`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Removes the row of a condemned blob, and keeps its lock until the transaction ends.
   * @returns its key; null when it lives again, is gone, or is just being claimed
   */
  async release(manager: EntityManager, blobId: string): Promise<BlobKey | null> {
    // Not `state = 'condemned'`: one is found by its id, and never among all that are condemned after a large purge.
    const [rows] = await manager.query<[{ space_id: string; sha256: string }[], number]>(
      `DELETE FROM blobs WHERE id IN (SELECT id FROM blobs WHERE id = $1 AND state <> 'live' FOR UPDATE SKIP LOCKED)
       RETURNING space_id, sha256`,
      [blobId],
    );
    return rows[0] === undefined ? null : { spaceId: rows[0].space_id, sha256: rows[0].sha256 };
  }

  /**
   * Says whether somebody holds all bytes, and lets nobody begin to until the transaction ends: inserting and prolonging a
   * hold waits for the table's lock.
   */
  async isHeld(manager: EntityManager): Promise<boolean> {
    await manager.query(`LOCK TABLE holds IN SHARE MODE`);
    const rows: unknown[] = await manager.query(`SELECT 1 FROM holds WHERE until > clock_timestamp() LIMIT 1`);
    return rows.length > 0;
  }

  /**
   * Sees that the transaction, and with it every lock that it took, is still there.
   * @returns the database's time
   * @throws the fault of the connection when it is not
   */
  async stillLocked(manager: EntityManager): Promise<Date> {
    const [row] = await manager.query<[{ at: Date }]>('SELECT clock_timestamp() AS at');
    return row.at;
  }

  /** Of these keys, the ones that have no row. */
  async unknown(manager: EntityManager, keys: readonly BlobKey[]): Promise<BlobKey[]> {
    const rows = await manager.query<{ space_id: string; sha256: string }[]>(
      `SELECT key.space_id, key.sha256 FROM unnest($1::text[], $2::text[]) AS key (space_id, sha256)
       WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.space_id = key.space_id AND b.sha256 = key.sha256)`,
      [keys.map(({ spaceId }) => spaceId), keys.map(({ sha256 }) => sha256)],
    );
    return rows.map((row) => ({ spaceId: row.space_id, sha256: row.sha256 }));
  }

  /**
   * Takes the place of a row that does not exist, so that nobody can make it until the transaction ends; waits for whoever
   * is making it now. Also where there is no such space: then nobody can.
   * @returns false when there is a row
   */
  async reserve(manager: EntityManager, { spaceId, sha256 }: BlobKey): Promise<boolean> {
    const spaces: unknown[] = await manager.query(`SELECT 1 FROM spaces WHERE id = $1`, [spaceId]);
    if (spaces.length === 0) return true;
    const rows: unknown[] = await manager.query(
      `INSERT INTO blobs (id, space_id, sha256, size) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING RETURNING id`,
      [newId(), spaceId, sha256],
    );
    return rows.length > 0;
  }

  /** Ends a {@link reserve} without leaving a row. */
  async giveUp(manager: EntityManager, { spaceId, sha256 }: BlobKey): Promise<void> {
    await manager.query(`DELETE FROM blobs WHERE space_id = $1 AND sha256 = $2`, [spaceId, sha256]);
  }
}
