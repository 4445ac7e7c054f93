import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import type { Damage } from './entities/stored-blob.entity.js';

/** A blob whose bytes are to be compared with its row. */
export interface DueBlob {
  readonly id: string;
  readonly spaceId: string;
  readonly sha256: string;
  readonly size: number;
  readonly damaged: boolean;
  /** When they were compared last, exactly as the row has it: a row with another time was looked after by somebody else. */
  readonly verifiedAt: string;
}

interface DueRow {
  readonly id: string;
  readonly space_id: string;
  readonly sha256: string;
  readonly size: BigintText;
  readonly damaged: boolean;
  readonly verified_at: string;
}

const SELECT = `SELECT id, space_id, sha256, size, damaged_at IS NOT NULL AS damaged, verified_at::text FROM blobs`;

/** What is known of the bytes of live blobs. */
@Injectable()
export class BlobHealth {
  constructor(private readonly database: DataSource) {}

  /** The blob that has not been looked at for longest, of those not for `seconds`; damaged ones already after a day. */
  async due(seconds: number): Promise<DueBlob | null> {
    const find = async (condition: string, age: number): Promise<DueBlob | null> => {
      const [row] = await this.database.query<DueRow[]>(
        `${SELECT} WHERE state = 'live' AND ${condition} AND verified_at < now() - $1 * interval '1 second'
         ORDER BY verified_at LIMIT 1`,
        [age],
      );
      if (row === undefined) return null;
      const { id, sha256, damaged } = row;
      return {
        ...{ id, sha256, damaged, spaceId: row.space_id, verifiedAt: row.verified_at },
        size: toSafeInteger(row.size),
      };
    };
    const DAY_SECONDS = 86_400;
    return (await find('true', seconds)) ?? (await find('damaged_at IS NOT NULL', Math.min(seconds, DAY_SECONDS)));
  }

  /** Bytes of all live blobs. */
  async bytes(): Promise<number> {
    const [row] = await this.database.query<{ bytes: string }[]>(
      `SELECT coalesce(sum(size), 0) AS bytes FROM blobs WHERE state = 'live'`,
    );
    return Number(row?.bytes ?? 0);
  }

  /** Blobs that are marked as damaged. */
  async damagedCount(): Promise<number> {
    const [row] = await this.database.query<{ count: string }[]>(
      `SELECT count(*) FROM blobs WHERE state = 'live' AND damaged_at IS NOT NULL`,
    );
    return Number(row?.count ?? 0);
  }

  /**
   * Notes what was found of a blob's bytes: damage, or null when they are whole.
   * @param stillSo looks once more under the row's lock, for what a new file of the content may have mended meanwhile
   * @returns false when the row has changed since, so that nothing was noted
   */
  note(blob: DueBlob, damage: Damage | null, stillSo: () => Promise<boolean>): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const rows: unknown[] = await manager.query(
        `SELECT 1 FROM blobs WHERE id = $1 AND state = 'live' AND verified_at = $2::timestamptz FOR UPDATE`,
        [blob.id, blob.verifiedAt],
      );
      if (rows.length === 0 || !(await stillSo())) return false;
      await manager.query(
        `UPDATE blobs SET verified_at = clock_timestamp(), damage = $2::text,
           damaged_at = CASE WHEN $2::text IS NULL THEN NULL ELSE coalesce(damaged_at, clock_timestamp()) END
         WHERE id = $1`,
        [blob.id, damage],
      );
      return true;
    });
  }
}
