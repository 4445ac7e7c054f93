import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { SpaceQuota } from '../spaces/space-quota.js';
import { LOGGER } from '../platform/config/config.module.js';
import type { Job } from '../platform/jobs/job.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { RESERVED } from './reservation.js';

/** By how much the figures differ from the rows that they count; both 0 unless something is wrong. */
export interface Drift {
  /** Of used and reserved, whichever way. */
  readonly bytes: number;
  /** Of open uploads, whichever way. */
  readonly uploads: number;
}

/** What each space should say; every row is counted once, however many spaces there are. */
const COUNTED = `(
  SELECT s.id, s.used_bytes, s.reserved_bytes, coalesce(f.bytes, 0) AS used, coalesce(r.bytes, 0) AS reserved FROM spaces s
  LEFT JOIN (SELECT e.space_id, sum(b.size) AS bytes FROM entries e JOIN blobs b ON b.id = e.blob_id GROUP BY e.space_id) f
    ON f.space_id = s.id
  LEFT JOIN (SELECT space_id, sum(${RESERVED}) AS bytes FROM uploads WHERE ended_at IS NULL GROUP BY space_id) r
    ON r.space_id = s.id)`;
const OPEN = `SELECT owner, count(*)::integer AS uploads FROM uploads WHERE ended_at IS NULL GROUP BY owner`;

/**
 * Compares the figures of quota and open uploads with the rows that they count, and puts right what differs: a figure that
 * is too small would keep an upload from ending.
 */
@Injectable()
export class QuotaAudit implements Job {
  readonly name = 'quota-audit';
  readonly everySeconds = 86_400;
  private last: Drift = { bytes: 0, uploads: 0 };

  constructor(
    private readonly database: DataSource,
    quota: SpaceQuota,
    jobs: JobRunner,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    jobs.register(this);
    metrics.addGauge(
      'stowage_quota_drift_bytes',
      'What the last look found wrong with used and reserved; 0 is right.',
      () => Math.max(this.last.bytes, this.last.uploads),
    );
    metrics.addSampled(
      [
        { name: 'space_used_bytes', help: 'Bytes of files, each with its full size.' },
        { name: 'space_reserved_bytes', help: 'Bytes kept free for unfinished uploads.' },
      ],
      async () => {
        const { used, reserved } = await quota.taken();
        return { space_used_bytes: used, space_reserved_bytes: reserved };
      },
    );
  }

  async run(): Promise<void> {
    await this.recompute();
  }

  /** Looks, and puts right what is wrong. Returns what was. */
  async recompute(): Promise<Drift> {
    this.last = await this.drift();
    const { bytes, uploads } = this.last;
    if (bytes === 0 && uploads === 0) return this.last;
    this.logger.error({ bytes, uploads }, 'figures of the quota were wrong and are put right');
    await this.database.transaction((manager) => this.repair(manager));
    return this.last;
  }

  /** Looks without a lock: one statement sees one moment, in which figures and rows have to fit. */
  async drift(): Promise<Drift> {
    const [row] = await this.database.query<[{ bytes: string; uploads: string }]>(
      `SELECT (SELECT coalesce(sum(abs(used_bytes - used) + abs(reserved_bytes - reserved)), 0) FROM ${COUNTED} c) AS bytes,
         (SELECT coalesce(sum(abs(coalesce(o.open_uploads, 0) - coalesce(u.uploads, 0))), 0)
          FROM upload_owners o FULL JOIN (${OPEN}) u USING (owner)) AS uploads`,
    );
    return { bytes: Number(row.bytes), uploads: Number(row.uploads) };
  }

  /**
   * Counts anew. The locks come first, in statements of their own: whoever has changed a row but not yet a figure waits for
   * them, is not counted, and changes the new figure afterwards.
   */
  private async repair(manager: EntityManager): Promise<void> {
    await manager.query(`LOCK TABLE upload_owners IN SHARE ROW EXCLUSIVE MODE`);
    // Not FOR UPDATE: that waits for those who have only named the space, and one of these may wait for us.
    await manager.query(`SELECT 1 FROM spaces ORDER BY id FOR NO KEY UPDATE`);
    await manager.query(
      `UPDATE spaces s SET used_bytes = c.used, reserved_bytes = c.reserved FROM ${COUNTED} c WHERE c.id = s.id`,
    );
    await manager.query(`UPDATE upload_owners SET open_uploads = 0`);
    await manager.query(
      `INSERT INTO upload_owners (owner, open_uploads) ${OPEN}
       ON CONFLICT (owner) DO UPDATE SET open_uploads = excluded.open_uploads`,
    );
  }
}
