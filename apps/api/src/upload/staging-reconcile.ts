import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import { LOGGER } from '../platform/config/config.module.js';
import type { Job } from '../platform/jobs/job.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { CompletionService } from './completion.service.js';
import { UploadLeases } from './upload-leases.js';
import { reasonOfLoss } from './upload-refusals.js';
import { UpkeepLedger } from './upkeep-ledger.js';

const BATCH = 500;
const QUARANTINE_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Compares what is staged with what the ledger says, in both directions: bytes that no upload has are put aside for a
 * week, bytes behind the last recorded one are dropped, and an upload whose recorded bytes are gone is ended.
 */
@Injectable()
export class StagingReconcile implements Job, OnModuleInit {
  readonly name = 'staging-reconcile';
  readonly everySeconds = 3600;
  readonly mostSeconds = 600;
  /** What the last look found without an upload: only what two find is put aside. */
  private suspects: ReadonlySet<string> = new Set();

  constructor(
    private readonly upkeep: UpkeepLedger,
    private readonly leases: UploadLeases,
    private readonly completion: CompletionService,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    jobs: JobRunner,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    jobs.register(this);
  }

  /** Before the first request nobody writes, so what is found now needs one look more. */
  async onModuleInit(): Promise<void> {
    this.suspects = new Set(await this.withoutUpload());
  }

  async run(signal: AbortSignal): Promise<void> {
    // A volume that is away looks as if everything were lost.
    await this.store.probe();
    const faults = [...(await this.putAside(signal)), ...(await this.compareOpen(signal))];
    const removed = await this.store.removeAside(new Date((await this.upkeep.now()).getTime() - QUARANTINE_MS));
    if (removed > 0) this.logger.info({ files: removed }, 'quarantined bytes removed');
    // What is wrong with one file keeps nobody from looking at the others.
    if (faults.length > 0) throw new AggregateError(faults, `${faults.length} staged files could not be looked after`);
  }

  private async putAside(signal: AbortSignal): Promise<unknown[]> {
    const unknown = await this.withoutUpload();
    const faults: unknown[] = [];
    for (const id of unknown.filter((id) => this.suspects.has(id))) {
      if (signal.aborted) return faults;
      await this.setAside(id).catch((error: unknown) => faults.push(error));
    }
    this.suspects = new Set(unknown.filter((id) => faults.length > 0 || !this.suspects.has(id)));
    return faults;
  }

  private async setAside(id: string): Promise<void> {
    await this.store.setAside(id, await this.upkeep.now());
    this.logger.warn({ uploadId: id }, 'staged bytes belong to no upload: put aside');
  }

  private async withoutUpload(): Promise<string[]> {
    // The disk is read before the rows: a row is there before its first byte.
    const staged = await this.store.staged();
    const unknown: string[] = [];
    for (let at = 0; at < staged.length; at += BATCH)
      unknown.push(...(await this.upkeep.unknown(staged.slice(at, at + BATCH))));
    return unknown;
  }

  private async compareOpen(signal: AbortSignal): Promise<unknown[]> {
    const faults: unknown[] = [];
    let after = '';
    for (;;) {
      const page = await this.upkeep.openAfter(after, BATCH);
      for (const id of page) {
        if (signal.aborted) return faults;
        await this.compare(id).catch((error: unknown) => faults.push(error));
      }
      const last = page.at(-1);
      if (last === undefined || page.length < BATCH) return faults;
      after = last;
    }
  }

  private async compare(id: string): Promise<void> {
    const lease = this.leases.tryAcquireAll(id);
    // Somebody writes to it: what lies behind the recorded bytes is theirs.
    if (lease === null) return;
    try {
      // Asked again now that nobody can write: more may have been recorded since the page was read.
      const end = await this.upkeep.recordedEnd(id);
      if (end !== null) await this.store.trim(id, end);
    } catch (error) {
      const reason = reasonOfLoss(error);
      if (reason === null) throw error;
      this.logger.error({ err: error, uploadId: id }, 'recorded bytes are gone');
      await this.completion.fail(id, reason);
    } finally {
      lease.release();
    }
  }
}
