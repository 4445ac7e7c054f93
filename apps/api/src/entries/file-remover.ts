import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BlobCollector } from '../blobs/blob-collector.js';
import { BlobLedger } from '../blobs/blob-ledger.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import { SpaceQuota } from '../spaces/space-quota.js';
import { EntryLedger } from './entry-ledger.js';

const EVERY_SECONDS = 3600;

/**
 * Deletes files for good: the row first. When no other file has the same content, the blob is condemned in the same transaction,
 * and its bytes go afterwards, without anybody waiting for it.
 */
@Injectable()
export class FileRemover implements OnModuleInit {
  constructor(
    private readonly entries: EntryLedger,
    private readonly blobs: BlobLedger,
    private readonly collector: BlobCollector,
    private readonly database: DataSource,
    private readonly jobs: JobRunner,
    private readonly quota: SpaceQuota,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'condemn-blobs',
      everySeconds: EVERY_SECONDS,
      run: (signal) => this.condemnUnreferenced(signal),
    });
  }

  /** @returns false when there is no such file */
  async delete(fileId: string): Promise<boolean> {
    const deleted = await this.database.transaction(async (manager) => {
      const entry = await this.entries.delete(fileId, manager);
      if (entry === null) return null;
      await this.blobs.condemn(manager, entry.blobId);
      await this.quota.free(manager, entry.spaceId, entry.size);
      return entry;
    });
    if (deleted === null) return false;
    this.collector.soon(deleted.blobId);
    return true;
  }

  /** Condemns the blob that a file had, unless another file has it, and lets its bytes go. */
  async collect(blobId: string): Promise<void> {
    await this.database.transaction((manager) => this.blobs.condemn(manager, blobId));
    this.collector.soon(blobId);
  }

  /** Finds what lost its file to a transaction whose answer was lost. */
  private async condemnUnreferenced(signal: AbortSignal): Promise<void> {
    for (const blobId of await this.entries.unreferencedBlobs()) {
      if (signal.aborted) return;
      await this.collect(blobId);
    }
  }
}
