import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LOGGER } from '../platform/config/config.module.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Job } from '../platform/jobs/job.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { CompletionService } from './completion.service.js';
import { UploadLeases } from './upload-leases.js';
import { UploadLedger } from './upload-ledger.js';
import { UploadRecovery } from './upload-recovery.js';
import { UpkeepLedger } from './upkeep-ledger.js';

const BATCH = 200;

/** Ends uploads that nobody goes on with, removes what ended ones have left, and forgets them after a while. */
@Injectable()
export class UploadUpkeep implements Job {
  readonly name = 'upload-upkeep';
  readonly everySeconds = 60;

  constructor(
    private readonly ledger: UploadLedger,
    private readonly upkeep: UpkeepLedger,
    private readonly leases: UploadLeases,
    private readonly completion: CompletionService,
    private readonly recovery: UploadRecovery,
    private readonly database: DataSource,
    jobs: JobRunner,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    jobs.register(this);
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.upkeep.removeDeadLeases(this.leases.tokens());
    await this.recovery.sealWhole();
    // The bytes of what expires now go with the next run: whoever is late by a moment gets the truth, not an error.
    const faults = await this.sweep(signal);
    await this.expire(signal);
    while (!signal.aborted && (await this.upkeep.removeTombstones(BATCH)) === BATCH);
    if (faults.length > 0)
      throw new AggregateError(faults, `${faults.length} uploads have left what cannot be removed`);
  }

  private async expire(signal: AbortSignal): Promise<void> {
    let expired = 0;
    for (;;) {
      const uploads = await this.upkeep.expirable(BATCH);
      let moved = 0;
      for (const upload of uploads) {
        if (signal.aborted) return;
        if ((await this.ledger.move(this.database.manager, upload, { to: 'expired' })) !== null) moved++;
      }
      expired += moved;
      if (moved < BATCH) break;
    }
    if (expired > 0) this.logger.info({ uploads: expired }, 'uploads expired');
  }

  /** @returns why what is left could not be removed: that keeps nobody else from being swept, or from expiring */
  private async sweep(signal: AbortSignal): Promise<readonly unknown[]> {
    for (;;) {
      const ids = await this.upkeep.withRemains(BATCH);
      const faults: unknown[] = [];
      for (const id of ids) {
        if (signal.aborted) return faults;
        await this.removeRemains(id).catch((error: unknown) => faults.push(error));
      }
      // The same ones would come again.
      if (faults.length > 0 || ids.length < BATCH) return faults;
    }
  }

  private async removeRemains(id: string): Promise<void> {
    // A writer whose lease was lost while the database was away may not have noticed yet.
    await this.leases.stopAll(id, new ProblemError('upload-expired', 'It ended while its bytes arrived.'));
    await this.completion.removeRemains(id);
  }
}
