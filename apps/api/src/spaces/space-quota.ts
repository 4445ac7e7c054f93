import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import type { BigintText } from '../platform/database/column-types.js';
import { ProblemError } from '../platform/http/problem-error.js';

/** The quotas of spaces, and how much of them is taken. */
@Injectable()
export class SpaceQuota implements OnModuleInit {
  constructor(
    private readonly database: DataSource,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /** What spaces have for which nobody has chosen another; null: none. */
  get usual(): number | null {
    return this.configuration.limits.quota;
  }

  /** Settings may have changed while the server was away. */
  async onModuleInit(): Promise<void> {
    await this.database.query(
      `UPDATE spaces SET quota_bytes = $1 WHERE NOT quota_chosen AND quota_bytes IS DISTINCT FROM $1::bigint`,
      [this.usual],
    );
  }

  /**
   * Sets the quota of a space; with one that is smaller than what is taken only nothing more is let in.
   * @param bytes null: none; `default`: that of the settings
   */
  async set(manager: EntityManager, spaceId: string, bytes: number | null | 'default'): Promise<void> {
    await manager.query(`UPDATE spaces SET quota_bytes = $2, quota_chosen = $3 WHERE id = $1`, [
      spaceId,
      bytes === 'default' ? this.usual : bytes,
      bytes !== 'default',
    ]);
  }

  /** What is taken of all spaces together, in bytes. */
  async taken(): Promise<{ readonly used: number; readonly reserved: number }> {
    // No gauge is exact beyond what a double can say.
    const [taken] = await this.database.query<[{ readonly used: number; readonly reserved: number }]>(
      `SELECT coalesce(sum(used_bytes), 0)::float8 AS used, coalesce(sum(reserved_bytes), 0)::float8 AS reserved FROM spaces`,
    );
    return taken;
  }

  /**
   * Gives back what a file used. Comes last in the transaction that removes the file: the space's row is everybody's, so
   * nothing is waited for while it is locked.
   */
  async free(manager: EntityManager, spaceId: string, bytes: number): Promise<void> {
    if (bytes > 0)
      await manager.query(`UPDATE spaces SET used_bytes = used_bytes - $2 WHERE id = $1`, [spaceId, bytes]);
  }

  /**
   * Takes what a file uses from now on, if there is room. Comes last in its transaction, as {@link free} does.
   * @throws ProblemError quota-exceeded
   */
  async take(manager: EntityManager, spaceId: string, bytes: number): Promise<void> {
    if (bytes === 0) return;
    const [rows] = await manager.query<[unknown[], number]>(
      `UPDATE spaces SET used_bytes = used_bytes + $2
       WHERE id = $1 AND (quota_bytes IS NULL OR reserved_bytes + used_bytes + $2 <= quota_bytes) RETURNING 1`,
      [spaceId, bytes],
    );
    if (rows.length === 0) throw await quotaExceeded(manager, spaceId);
  }

  /** Bytes that a space has room for at this moment: only a look, since {@link take} decides. */
  async room(manager: EntityManager, spaceId: string): Promise<number> {
    const [row] = await manager.query<{ room: BigintText | null }[]>(
      `SELECT greatest(0, quota_bytes - used_bytes - reserved_bytes) AS room FROM spaces WHERE id = $1 AND quota_bytes IS NOT NULL`,
      [spaceId],
    );
    return row === undefined ? Infinity : Number(row.room);
  }

  /**
   * Takes from one space what is free in another from then on. Comes last in its transaction; the rows are locked in the
   * order in which everybody locks several.
   * @throws ProblemError quota-exceeded
   */
  async shift(manager: EntityManager, from: string, to: string, bytes: number): Promise<void> {
    if (from < to) await this.free(manager, from, bytes);
    await this.take(manager, to, bytes);
    if (from > to) await this.free(manager, from, bytes);
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
