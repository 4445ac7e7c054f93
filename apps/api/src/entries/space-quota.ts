import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Usage } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { ProblemError } from '../platform/http/problem-error.js';

interface UsageRow {
  readonly quota: BigintText | null;
  readonly used: BigintText;
  readonly reserved: BigintText;
}

/** The quota of the only space there is, and how much of it is taken. */
@Injectable()
export class SpaceQuota implements OnModuleInit {
  constructor(
    private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  onModuleInit(): Promise<void> {
    return this.set(this.configuration.limits.quota);
  }

  /** Sets the quota; with one that is smaller than what is taken only nothing more is let in. Null: no quota. */
  async set(bytes: number | null): Promise<void> {
    await this.database.query(`UPDATE spaces SET quota_bytes = $1 WHERE quota_bytes IS DISTINCT FROM $1::bigint`, [
      bytes,
    ]);
  }

  /** What is taken. */
  async usage(): Promise<Usage> {
    // Without a quota any number of uploads may have declared any length: what no double can say is said as the largest.
    const [row] = await this.database.query<UsageRow[]>(
      `SELECT quota_bytes AS quota, least(used_bytes, $1) AS used, least(reserved_bytes, $1) AS reserved FROM spaces
       ORDER BY created_at LIMIT 1`,
      [Number.MAX_SAFE_INTEGER],
    );
    if (row === undefined) throw new Error('There is no space.');
    return {
      quota: row.quota === null ? null : toSafeInteger(row.quota),
      used: toSafeInteger(row.used),
      reserved: toSafeInteger(row.reserved),
    };
  }

  /**
   * Gives back what a file used. Comes last in the transaction that removes the file: the space's row is everybody's, so
   * nothing is waited for while it is locked.
   */
  async free(manager: EntityManager, spaceId: string, bytes: number): Promise<void> {
    if (bytes > 0)
      await manager.query(`UPDATE spaces SET used_bytes = used_bytes - $2 WHERE id = $1`, [spaceId, bytes]);
  }
}

/** The refusal of bytes for which the quota has no room: says how much there is. */
export async function quotaExceeded(manager: EntityManager, spaceId: string): Promise<ProblemError> {
  const [row] = await manager.query<{ quota: BigintText | null; free: BigintText }[]>(
    `SELECT quota_bytes AS quota, greatest(0, quota_bytes - used_bytes - reserved_bytes) AS free FROM spaces WHERE id = $1`,
    [spaceId],
  );
  const quota = row?.quota ?? null;
  return new ProblemError(
    'quota-exceeded',
    row === undefined || quota === null
      ? 'There was no room for it.'
      : `Of ${quota} bytes ${row.free} are free; unfinished uploads count with all they may become.`,
  );
}
