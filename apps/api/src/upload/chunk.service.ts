import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE, MissingBytes, type BlobStore, type Content } from '../blobs/blob-store.js';
import { CONFIGURATION, LOGGER } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { CompletionService } from './completion.service.js';
import type { Upload } from './entities/upload.entity.js';
import { PrefixFollower } from './prefix-follower.js';
import { type Lease, UploadLeases } from './upload-leases.js';
import { UploadLedger } from './upload-ledger.js';

/** Bytes for an upload, from whichever protocol. */
export interface IncomingChunk {
  readonly offset: number;
  /** Exactly so many bytes; null: as many as come (a plain form post). */
  readonly length: number | null;
  readonly content: Content;
  /** Ends the request that carries the content; its content then fails. */
  readonly stop: () => void;
  /** `chunk 3 of 6`, for the log. */
  readonly label: string;
}

/** Accepts bytes: written, synced, recorded, and only then reported as held. */
@Injectable()
export class ChunkService {
  private readonly maxLength: number;

  constructor(
    private readonly ledger: UploadLedger,
    private readonly leases: UploadLeases,
    private readonly prefixes: PrefixFollower,
    private readonly completion: CompletionService,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.maxLength = configuration.limits.maxFileSize;
  }

  /**
   * Takes a chunk. One that is held already, or whose upload has ended, is neither read nor written. The chunk that closes
   * the last gap seals the upload.
   * @returns false when the upload has been removed meanwhile: nothing was read, so it can be begun again
   * @throws ProblemError; nothing is recorded then, and an upload that holds nothing else is removed
   */
  async write(upload: Upload, chunk: IncomingChunk): Promise<boolean> {
    const end = chunk.offset + (chunk.length ?? this.maxLength);
    const lease = await this.leases.acquire(upload.id, chunk.offset, end, chunk.stop);
    try {
      return await this.writeOnce(upload, chunk, lease);
    } catch (error) {
      lease.release();
      await this.dropIfEmpty(upload.id);
      throw error;
    } finally {
      lease.release();
    }
  }

  private async writeOnce(upload: Upload, chunk: IncomingChunk, lease: Lease): Promise<boolean> {
    const startedAt = performance.now();
    // Asked only now: while it waited for the range another request may have changed everything.
    const standing = await this.ledger.standing(upload.id, chunk.offset);
    if (standing === null) return false;
    if (standing.state !== 'receiving') return true;
    if (standing.held) {
      // Held, but perhaps not sealed: its name was taken then, or the server died in between.
      await this.sealIfWhole(upload.id);
      return true;
    }
    const target = {
      uploadId: upload.id,
      offset: chunk.offset,
      length: chunk.length,
      maxLength: this.maxLength,
      first: standing.received === 0,
    };
    const bytes = await this.store
      .writeChunk(target, watched(chunk.content, lease))
      .catch((error: unknown) => this.lost(upload, error));
    const progress = await this.ledger.record(upload.id, chunk.offset, bytes);
    if (progress === null) {
      // It ended while the bytes came: what was written belongs to nobody.
      await this.completion.cleanUp(upload.id);
      return true;
    }
    const ms = Math.round(performance.now() - startedAt);
    this.logger.debug({ uploadId: upload.id, bytes, ms }, chunk.label);
    await this.prefixes.recorded(upload.id, chunk.offset, chunk.offset + bytes);
    if (progress.received === progress.length) await this.sealIfWhole(upload.id);
    return true;
  }

  /** A request that failed leaves no trace of an upload that it alone has begun. */
  private async dropIfEmpty(uploadId: string): Promise<void> {
    const lease = this.leases.tryAcquireAll(uploadId);
    if (lease === null) return;
    try {
      // The row decides, and goes first: the answer to a commit may have been lost, and the bytes be recorded all the same.
      if (await this.ledger.removeEmpty(uploadId)) await this.store.discard(uploadId);
    } catch (error) {
      // The request's own fault is the one to tell; what is left here shows among the unfinished uploads.
      this.logger.warn({ err: error, uploadId }, 'an empty upload could not be removed');
    } finally {
      lease.release();
    }
  }

  private async sealIfWhole(uploadId: string): Promise<void> {
    const upload = await this.ledger.find(uploadId);
    if (upload?.state === 'receiving' && upload.received === upload.length) await this.completion.seal(upload);
  }

  private async lost(upload: Upload, error: unknown): Promise<never> {
    if (!(error instanceof MissingBytes)) throw error;
    await this.completion.fail(upload.id, 'bytes-missing');
    throw new ProblemError('bytes-missing', 'Begin again to send the file.', { cause: error });
  }
}

async function* watched(content: Content, lease: Lease): Content {
  lease.awaitClient();
  for await (const batch of content) {
    lease.touch();
    yield batch;
    lease.awaitClient();
  }
  lease.touch();
}
