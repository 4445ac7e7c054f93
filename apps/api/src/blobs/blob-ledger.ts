import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { newId } from '../platform/database/ids.js';
import type { BlobKey } from './blob-store.js';

/** The blob row that an upload's bytes have become, or found. */
export interface ClaimedBlob {
  readonly id: string;
  /** False: the row was just made, so whatever stands under its name is not referenced by anyone. */
  readonly existed: boolean;
  readonly size: number;
}

/** The rows of blobs. */
@Injectable()
export class BlobLedger {
  /**
   * Finds or makes the row of a content and locks it until the transaction ends, so that neither another completion nor a
   * delete of the same content comes in between.
   */
  async claim(manager: EntityManager, key: BlobKey, size: number): Promise<ClaimedBlob> {
    const id = newId();
    // The update changes nothing: it takes the row's lock, which DO NOTHING would not.
    const rows = await manager.query<{ id: string; size: BigintText }[]>(
      `INSERT INTO blobs (id, space_id, sha256, size) VALUES ($1, $2, $3, $4)
       ON CONFLICT (space_id, sha256) DO UPDATE SET sha256 = excluded.sha256
       RETURNING id, size`,
      [id, key.spaceId, key.sha256, size],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('INSERT … RETURNING gave no row');
    return { id: row.id, existed: row.id !== id, size: toSafeInteger(row.size) };
  }
}
