import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BlobCollector } from '../blobs/blob-collector.js';
import { CONFIGURATION, LOGGER } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { Purger } from './purger.js';

const EVERY_SECONDS = 3600;

/** Removes for good what has been in the trash for long enough. */
@Injectable()
export class TrashRetention implements OnModuleInit {
  constructor(
    private readonly purger: Purger,
    private readonly collector: BlobCollector,
    private readonly database: DataSource,
    private readonly jobs: JobRunner,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register({ name: 'trash-retention', everySeconds: EVERY_SECONDS, run: (signal) => this.run(signal) });
  }

  /** Goes through the spaces that have something; what it does not come to, the next run does. */
  async run(signal: AbortSignal): Promise<void> {
    const { trashDays } = this.configuration.limits;
    if (trashDays === 0) return;
    const [{ until }] = await this.database.query<[{ until: string }]>(
      `SELECT (now() - $1 * interval '1 day')::text AS until`,
      [trashDays],
    );
    let removed = 0;
    for (const spaceId of await this.spaces(until)) {
      for (let more = true; more && !signal.aborted;) {
        const purged = await this.database.transaction((manager) => this.purger.batchOfTrash(manager, spaceId, until));
        for (const blobId of purged.blobs) this.collector.soon(blobId);
        removed += purged.removed;
        // Where an upload is completing the next run goes on.
        more = !purged.isOver && purged.removed > 0;
      }
    }
    if (removed > 0) this.logger.info({ removed }, 'what was in the trash for long enough is removed');
  }

  /** From space to space by the index of their trash, which begins with the space: what is in it is not read. */
  private async spaces(until: string): Promise<string[]> {
    const rows = await this.database.query<{ space_id: string }[]>(
      `WITH RECURSIVE trashes AS (
         (SELECT space_id FROM entries WHERE trashed_at IS NOT NULL ORDER BY space_id LIMIT 1)
         UNION ALL
         SELECT (SELECT e.space_id FROM entries e WHERE e.trashed_at IS NOT NULL AND e.space_id > h.space_id
           ORDER BY e.space_id LIMIT 1) FROM trashes h WHERE h.space_id IS NOT NULL
       )
       SELECT space_id FROM trashes h WHERE space_id IS NOT NULL AND EXISTS (
         SELECT 1 FROM entries e WHERE e.space_id = h.space_id AND e.trashed_at <= $1::timestamptz)`,
      [until],
    );
    return rows.map(({ space_id }) => space_id);
  }
}
