import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import { ByteRanges } from './byte-ranges.js';
import { ChunkLedger } from './chunk-ledger.js';

/** Uploads whose ranges are kept in memory; the longest idle one is dropped and read again when it is wanted. */
const MOST_UPLOADS = 1_000;

/** Tells the store how far the contiguous run of recorded bytes has grown, so that their digest is ready at the end. */
@Injectable()
export class PrefixFollower {
  private readonly known = new Map<string, Promise<ByteRanges>>();

  constructor(
    private readonly ledger: ChunkLedger,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
  ) {}

  /** Says that a range has been recorded. Never fails: without it the digest is only computed later. */
  async recorded(uploadId: string, start: number, end: number): Promise<void> {
    try {
      const ranges = await this.rangesOf(uploadId);
      const before = ranges.contiguousEnd;
      ranges.add(start, end);
      if (ranges.contiguousEnd > before || start === 0) this.store.follow(uploadId, ranges.contiguousEnd);
    } catch {
      this.known.delete(uploadId);
    }
  }

  /** Where the recorded bytes of an upload end that come without a gap. */
  async contiguousEnd(uploadId: string): Promise<number> {
    try {
      return (await this.rangesOf(uploadId)).contiguousEnd;
    } catch (error) {
      this.known.delete(uploadId);
      throw error;
    }
  }

  /** Drops what is known of an upload that has ended. */
  forget(uploadId: string): void {
    this.known.delete(uploadId);
  }

  private rangesOf(uploadId: string): Promise<ByteRanges> {
    const ranges = this.known.get(uploadId) ?? this.load(uploadId);
    // Setting again moves it to the end: the map is in order of last use.
    this.known.delete(uploadId);
    this.known.set(uploadId, ranges);
    const [oldest] = this.known.keys();
    if (this.known.size > MOST_UPLOADS && oldest !== undefined) this.known.delete(oldest);
    return ranges;
  }

  private async load(uploadId: string): Promise<ByteRanges> {
    const ranges = new ByteRanges();
    for (const { start, end } of await this.ledger.ranges(uploadId)) ranges.add(start, end);
    return ranges;
  }
}
