import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import { LOGGER } from '../platform/config/config.module.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { EntryLedger } from './entry-ledger.js';

/** Deletes files: the row first, the bytes afterwards, when no other file has the same content. */
@Injectable()
export class FileRemover implements OnApplicationBootstrap {
  constructor(
    private readonly entries: EntryLedger,
    private readonly database: DataSource,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Finishes the deletes that the last process began. */
  async onApplicationBootstrap(): Promise<void> {
    for (const blobId of await this.entries.unreferencedBlobs()) await this.collect(blobId);
  }

  /** @returns false when there is no such file */
  async delete(fileId: string): Promise<boolean> {
    const deleted = await this.entries.delete(fileId);
    if (deleted === null) return false;
    await this.entries.pruneEmptyFolders(deleted.parentId);
    await this.collect(deleted.blobId);
    return true;
  }

  /**
   * Removes the bytes that a file had, unless another file has the same. The file is gone whether or not they can be
   * removed now: a fault here is for the log and the next start.
   */
  async collect(blobId: string): Promise<void> {
    try {
      await this.database.transaction(async (manager) => {
        const key = await this.entries.releaseBlob(manager, blobId);
        // Under the row's lock, so that no completion finds the old bytes between the row and the unlink.
        if (key !== null) await this.store.delete(key);
      });
    } catch (error) {
      this.logger.error({ err: error, blobId }, 'bytes of a deleted file could not be removed');
    }
  }
}
