import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LOGGER } from '../platform/config/config.module.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { BlobLedger } from './blob-ledger.js';
import { BlobNames } from './blob-names.js';
import { BLOB_STORE, type BlobStore } from './blob-store.js';

const EVERY_SECONDS = 60;
const BATCH = 100;

/** What became of a blob: its bytes are gone, they stay because somebody holds them, or it is wanted again. */
type Collected = 'removed' | 'held' | 'kept';

/**
 * Removes the bytes of condemned blobs: right after a delete, and what could not go then in passes. The row's lock decides
 * against a new file of the same content, the lock on `holds` against a backup.
 */
@Injectable()
export class BlobCollector implements OnModuleInit, BeforeApplicationShutdown {
  /** What was asked for by deletes, one after the other. */
  private tail: Promise<void> = Promise.resolve();
  private stopped = false;

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
      name: 'collect-blobs',
      everySeconds: EVERY_SECONDS,
      run: (signal) => this.pass(signal),
    });
  }

  /** Removes the bytes of a blob soon, if it is condemned; nobody waits for it. A fault is for the log and the next pass. */
  soon(blobId: string): void {
    this.tail = this.tail.then(async () => {
      if (this.stopped) return;
      try {
        await this.collect(blobId);
      } catch (error) {
        this.tell(blobId, error);
      }
    });
  }

  /** Lets the removal that is going on end. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.tail;
  }

  /**
   * Removes the bytes of all condemned blobs, unless they are held; those that cannot be removed wait for the next pass.
   */
  async pass(signal: AbortSignal): Promise<void> {
    const failed = new Set<string>();
    for (let more = true; more;) {
      const ids = await this.blobs.condemned(this.database.manager, BATCH + failed.size);
      const fresh = ids.filter((id) => !failed.has(id));
      more = fresh.length >= BATCH;
      for (const id of fresh) {
        if (signal.aborted) return;
        const collected = await this.collect(id).catch((error: unknown) => {
          this.tell(id, error);
          return null;
        });
        if (collected === 'held') return;
        if (collected !== 'removed') failed.add(id);
      }
    }
  }

  /** One blob, one transaction: a backup that wants to begin waits for one removal at most. */
  private collect(blobId: string): Promise<Collected> {
    return this.database.transaction(async (manager) => {
      if (await this.blobs.isHeld(manager)) return 'held';
      const key = await this.blobs.release(manager, blobId);
      if (key === null) return 'kept';
      // Under the row's lock, so that no completion finds the old bytes between the row and the unlink. The row is still
      // there if this fails, and a store whose volume is away fails instead of taking the bytes for removed.
      await this.names.inTurn(key, async () => {
        await this.blobs.stillLocked(manager);
        await this.store.delete(key);
      });
      return 'removed';
    });
  }

  private tell(blobId: string, error: unknown): void {
    this.logger.error({ err: error, blobId }, 'bytes of a deleted file could not be removed');
  }
}
