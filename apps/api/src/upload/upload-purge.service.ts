import { Inject, Injectable } from '@nestjs/common';
import { MAX_PURGED_UPLOADS, type Purged } from '@stowage/contract';
import { DataSource } from 'typeorm';
import { LOGGER } from '../platform/config/config.module.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { CompletionService } from './completion.service.js';
import type { UploadFilter } from './upload-filter.js';
import { UploadLeases } from './upload-leases.js';
import { UploadLedger } from './upload-ledger.js';
import { UploadPurgeLedger, type Purgeable } from './upload-purge-ledger.js';

/** How many are removed at the same time: fewer than there are connections. */
const AT_ONCE = 4;

/** Removes unfinished uploads that nobody goes on with. */
@Injectable()
export class UploadPurge {
  constructor(
    private readonly found: UploadPurgeLedger,
    private readonly ledger: UploadLedger,
    private readonly leases: UploadLeases,
    private readonly completion: CompletionService,
    private readonly database: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Removes what fits a filter, the longest idle first, or only tells what would go. Each is looked at once more as it goes:
   * one that got a byte since it was found stays.
   * @param idleSeconds time without a byte
   * @param most how many go at most
   */
  async purge(
    filter: UploadFilter,
    idleSeconds: number,
    dryRun: boolean,
    most: number = MAX_PURGED_UPLOADS,
  ): Promise<Purged> {
    const { matched, bytes, kept, batch } = await this.found.find({ ...filter, idleSeconds }, most);
    const more = matched > batch.length;
    if (dryRun) return { dryRun, matched, bytes, removed: 0, freed: 0, kept, more };
    const waiting = batch.values();
    const gone: Purgeable[] = [];
    // They share what is left to do.
    const work = async (): Promise<void> => {
      for (const upload of waiting) if (await this.remove(upload, idleSeconds)) gone.push(upload);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const removed = gone.length;
    const freed = gone.reduce((sum, { received }) => sum + received, 0);
    if (removed > 0) this.logger.info({ uploads: removed, bytes: freed }, 'uploads purged');
    return { dryRun, matched, bytes, removed, freed, kept: kept + batch.length - removed, more };
  }

  private async remove({ id, epoch }: Purgeable, idleSeconds: number): Promise<boolean> {
    // Whoever has begun to send holds a part of it before any statement says so.
    const lease = this.leases.tryAcquireAll(id);
    if (lease === null) return false;
    try {
      const found = { id, state: 'receiving', epoch } as const;
      const moved = await this.ledger.move(this.database.manager, found, { to: 'cancelled', idleSeconds });
      if (moved === null) return false;
    } finally {
      lease.release();
    }
    await this.completion.cleanUp(id);
    return true;
  }
}
