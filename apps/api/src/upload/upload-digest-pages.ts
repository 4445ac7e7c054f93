import { Inject, Injectable } from '@nestjs/common';
import { DIGEST_WINDOW_BYTES, MAX_DIGEST_WINDOWS, type UploadDigests } from '@stowage/contract';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { ChunkLedger } from './chunk-ledger.js';
import { digestWindows } from './digest-windows.js';
import { RequestSlots } from './request-slots.js';
import { problemOfReason, reasonOfLoss, refusalOf } from './upload-refusals.js';
import { isRefused } from './upload-states.js';
import { UploadService } from './upload.service.js';

/** Pages that are hashed at once: there is one thread for it, and the digests of uploads that complete wait there too. */
const PAGES_AT_ONCE = 2;
/** Most rows read for a page. Chunks of a few bytes make small pages; that is all. */
const ROWS = 10_000;

/** Digests of what unfinished uploads hold, so that a client can compare them with a file before it goes on. */
@Injectable()
export class UploadDigestPages {
  private readonly slots = new RequestSlots(PAGES_AT_ONCE);

  constructor(
    private readonly uploads: UploadService,
    private readonly chunks: ChunkLedger,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
  ) {}

  /**
   * Hashes what is recorded from an offset on. Recorded bytes never change, so nothing is locked.
   * @throws ProblemError upload-not-found, upload-finished, the refusal of an upload that has ended, overloaded
   */
  async page(id: string, from: number): Promise<UploadDigests> {
    await this.refuseEnded(id);
    const release = await this.slots.acquire();
    try {
      return await this.hash(id, from);
    } catch (error) {
      // Cancelled, expired or completed meanwhile? Then its bytes are gone for a reason.
      await this.refuseEnded(id);
      const loss = reasonOfLoss(error);
      throw loss === null ? error : problemOfReason(loss);
    } finally {
      release();
    }
  }

  private async hash(id: string, from: number): Promise<UploadDigests> {
    const ranges = await this.chunks.rangesFrom(id, from, ROWS);
    const { windows, next } = digestWindows(ranges, from, ranges.length === ROWS, {
      bytes: DIGEST_WINDOW_BYTES,
      count: MAX_DIGEST_WINDOWS,
    });
    const digests = [];
    for (const window of windows) digests.push({ ...window, sha256: await this.store.hashStaged(id, window) });
    return { digests, next };
  }

  private async refuseEnded(id: string): Promise<void> {
    const upload = await this.uploads.find(id);
    if (isRefused(upload.state)) throw refusalOf(upload);
    if (upload.state !== 'receiving') throw new ProblemError('upload-finished', 'All of its bytes have arrived.');
  }
}
