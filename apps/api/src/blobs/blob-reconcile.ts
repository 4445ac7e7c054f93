import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LOGGER } from '../platform/config/config.module.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { BlobLedger } from './blob-ledger.js';
import { BlobNames } from './blob-names.js';
import { BLOB_STORE, type BlobKey, type BlobStore } from './blob-store.js';

/**
 * Finds bytes at rest that no row knows, such as a completion leaves that died between the name and the commit and never
 * came back, and puts them aside. The other direction, rows without bytes, is what the scrub finds.
 */
@Injectable()
export class BlobReconcile implements OnModuleInit {
  constructor(
    private readonly blobs: BlobLedger,
    private readonly names: BlobNames,
    private readonly database: DataSource,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    private readonly jobs: JobRunner,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'reconcile-blobs',
      everySeconds: 24 * 3600,
      mostSeconds: 3600,
      run: (signal) => this.pass(signal),
    });
  }

  /** Looks at everything at rest once. */
  async pass(signal: AbortSignal): Promise<void> {
    const faults: unknown[] = [];
    for await (const keys of this.store.keys()) {
      for (const key of await this.blobs.unknown(this.database.manager, keys)) {
        if (signal.aborted) return;
        // One that cannot be moved does not keep the others.
        await this.look(key).catch((error: unknown) => faults.push(error));
      }
      if (signal.aborted) return;
    }
    if (faults.length > 0)
      throw new AggregateError(faults, `${faults.length} blobs without a row could not be put aside`);
  }

  private async look(key: BlobKey): Promise<void> {
    if (await this.putAside(key)) this.logger.warn({ sha256: key.sha256 }, 'bytes without a row: put aside');
  }

  /** A completion that is just publishing these bytes has the row's lock, and keeps them. */
  private putAside(key: BlobKey): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      if (!(await this.blobs.reserve(manager, key))) return false;
      await this.names.inTurn(key, async () => {
        // By the clock that says when they go for good.
        const at = await this.blobs.stillLocked(manager);
        await this.store.setBlobAside(key, at);
      });
      await this.blobs.giveUp(manager, key);
      return true;
    });
  }
}
