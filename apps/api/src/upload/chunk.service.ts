import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { BLOB_STORE, type BlobStore, type ChunkTarget, type Content } from '../blobs/blob-store.js';
import { CONFIGURATION, LOGGER } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { ByteRanges } from './byte-ranges.js';
import { ChunkLedger, type Claim, type Progress, type RecordOptions, type Run } from './chunk-ledger.js';
import { CompletionService } from './completion.service.js';
import type { Upload } from './entities/upload.entity.js';
import { IncomingBody, type ContentCheck } from './incoming-body.js';
import { PrefixFollower } from './prefix-follower.js';
import { tooManyChunks } from './reservation.js';
import { type Lease, UploadLeases } from './upload-leases.js';
import { UploadLedger } from './upload-ledger.js';
import { reasonOfLoss, refusalOf } from './upload-refusals.js';
import { isRefused } from './upload-states.js';

/** Bytes for an upload, from whichever protocol. */
export interface IncomingBytes {
  /** First byte's place in the file. An append begins where the bytes held without a gap end. */
  readonly offset: number;
  /** Exactly so many bytes; null: as many as come. */
  readonly length: number | null;
  readonly content: Content;
  /** What the client declares of the bytes: nothing is recorded before all of them were checked. */
  readonly check: ContentCheck | null;
  /** An append is recorded every 8 MiB or 5 s, and keeps what came when it breaks off; a chunk is held whole or not at all. */
  readonly kind: 'chunk' | 'append';
  /** True when the request itself has begun the upload: if it fails, it leaves no empty one behind. */
  readonly begins: boolean;
  /** `chunk 3 of 6`, for the log. */
  readonly label: string;
}

/** What became of bytes that were taken. */
export interface Taken {
  /** How far the upload was when they were held, and it still received; null: it is whole or has ended, so ask how. */
  readonly progress: Progress | null;
}

/** An append loses at most this much when anything dies. */
const CHECKPOINT = { bytes: 8 * 1024 * 1024, ms: 5_000 };

/** How soon a lease that could not be given back is tried again. */
const GIVE_BACK_MS = 1_000;

/** The right to write a range, in memory and, once claimed, in the ledger. */
interface Right {
  readonly lease: Lease;
  claimed: boolean;
}

/** What of an upload a writer has to know. */
type Target = Pick<Upload, 'id' | 'chunkCount' | 'resumable' | 'length' | 'maxSize'>;

/** One request's writing: what it may write, and where it stands. */
interface Writing {
  readonly upload: Target;
  readonly incoming: IncomingBytes;
  readonly lease: Lease;
  readonly claim: Claim;
  /** Exclusive; where the bytes must end at the latest. */
  readonly end: number;
  readonly body: IncomingBody;
}

/** Accepts bytes: written, synced, recorded, and only then reported as held. */
@Injectable()
export class ChunkService implements BeforeApplicationShutdown {
  private stopped = false;
  private readonly limits: Configuration['limits'];

  constructor(
    private readonly uploads: UploadLedger,
    private readonly ledger: ChunkLedger,
    private readonly leases: UploadLeases,
    private readonly prefixes: PrefixFollower,
    private readonly completion: CompletionService,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.limits = configuration.limits;
  }

  beforeApplicationShutdown(): void {
    this.stopped = true;
  }

  /**
   * Takes bytes. Ranges that are held already are not written again; bytes all of which are held, or whose upload has
   * ended, are not even read. The bytes that close the last gap seal the upload.
   * @returns null when the upload has been removed meanwhile: nothing was read, so it can be begun again
   * @throws ProblemError; of a chunk nothing is recorded then, of an append what was checkpointed
   */
  async write(upload: Upload, incoming: IncomingBytes): Promise<Taken | null> {
    const end = this.endOf(upload, incoming);
    const most = incoming.kind === 'append' ? Infinity : end;
    const keepsPrefix = incoming.kind === 'append' && incoming.check === null;
    const lease = await this.leases.acquire(upload.id, incoming.offset, most, keepsPrefix);
    const right: Right = { lease, claimed: false };
    let result: Taken | null;
    try {
      result = await this.writeWith(right, upload, incoming, end);
    } catch (error) {
      await this.giveBack(upload.id, right);
      await this.leaveNothing(upload.id, incoming.begins);
      throw error;
    }
    await this.giveBack(upload.id, right);
    return result;
  }

  private async writeWith(right: Right, found: Upload, incoming: IncomingBytes, most: number): Promise<Taken | null> {
    const { lease } = right;
    const isAppend = incoming.kind === 'append';
    if (isAppend) await this.checkOffset(found.id, incoming.offset);
    const claim = await this.ledger.claim(found.id, lease.token, incoming.offset, isAppend ? null : most, most);
    if (claim === null) return null;
    if (claim.state !== 'receiving') return { progress: null };
    right.claimed = claim.leased;
    // Its length may have been fixed since it was found: from then on nothing may be written behind it.
    const { id, chunkCount, resumable, maxSize } = found;
    const upload = { id, chunkCount, resumable, maxSize, length: claim.length };
    const end = this.endOf(upload, incoming);
    if (isHeld(claim, incoming, end)) return taken(await this.repeated(upload.id, claim, incoming));
    if (upload.chunkCount >= this.limits.maxChunks) throw tooManyChunks(this.limits);
    const body = new IncomingBody(incoming.content, incoming.offset, lease, incoming.check);
    const writing = { upload, incoming, lease, claim, end, body };
    try {
      const { progress, released } = await (isAppend && incoming.check === null
        ? this.append(writing)
        : this.whole(writing));
      right.claimed = !released;
      return taken(progress);
    } finally {
      body.close();
    }
  }

  /**
   * Takes the only chunk of an empty file.
   * @param begins see {@link IncomingBytes}
   * @returns and @throws as {@link write}
   */
  writeNothing(upload: Upload, begins: boolean): Promise<Taken | null> {
    const label = 'empty file';
    return this.write(upload, { offset: 0, length: 0, content: nothing(), check: null, kind: 'chunk', begins, label });
  }

  /** @throws ProblemError size-mismatch, file-too-large */
  private endOf(upload: Pick<Upload, 'length' | 'maxSize'>, { offset, length }: IncomingBytes): number {
    const most = upload.length ?? Math.min(this.limits.maxFileSize, upload.maxSize ?? Infinity);
    const end = length === null ? most : offset + length;
    if (end > most || offset > most) {
      throw upload.length === null
        ? new ProblemError('file-too-large', `A file can have ${most} bytes at most.`)
        : new ProblemError('size-mismatch', `The file has ${most} bytes, but these would end at ${end}.`);
    }
    return end;
  }

  private async checkOffset(uploadId: string, offset: number): Promise<void> {
    const expected = await this.prefixes.contiguousEnd(uploadId);
    if (offset !== expected) {
      throw new ProblemError('offset-conflict', `The next byte to append is ${expected}, not ${offset}.`);
    }
  }

  /** Bytes that are all held: nothing is read, and the first ones stay. */
  private async repeated(uploadId: string, claim: Claim, { check }: IncomingBytes): Promise<Progress> {
    const kept = claim.chunk?.digest ?? null;
    if (kept !== null && check?.contradicts(kept) === true) {
      throw new ProblemError('chunk-conflict', 'These bytes are held already, with another digest.');
    }
    // Held, but perhaps not sealed: its name was taken then, or the server died in between.
    if (isWhole(claim)) await this.sealIfWhole(uploadId);
    return claim;
  }

  /** Writes all gaps in the range, then records them at once. */
  private async whole(writing: Writing): Promise<Written> {
    const { incoming, claim, body, end, upload } = writing;
    const startedAt = performance.now();
    const runs: Run[] = [];
    for (const gap of gapsOf(claim, incoming.offset, end)) {
      await body.skip(gap.start - body.position);
      const target = this.target(writing, claim.received === 0);
      runs.push({ start: gap.start, length: await this.writeRun(upload, target, strict(body, gap.end, writing)) });
    }
    await body.skip(end - body.position);
    if (await body.hasMore()) throw tooLong(writing);
    checkLength(writing);
    body.verify();
    // An empty chunk: a row of no bytes would stand where no byte may ever be.
    if (runs.length === 0) return { progress: claim, released: false };
    const digest = incoming.check?.declared ?? null;
    const progress = await this.record(writing, runs, { digest, release: true, endsUpload: !upload.resumable });
    const ms = Math.round(performance.now() - startedAt);
    const bytes = runs.reduce((sum, { length }) => sum + length, 0);
    this.logger.debug({ uploadId: upload.id, bytes, ms }, incoming.label);
    return { progress, released: true };
  }

  /** Writes and records run by run, for as long as the body lasts. */
  private async append(writing: Writing): Promise<Written> {
    const { incoming, claim, body, end, upload } = writing;
    let written: Written = { progress: claim, released: false };
    for (const gap of gapsOf(claim, incoming.offset, end)) {
      await body.skip(gap.start - body.position);
      while (!body.ended && body.position <= gap.end) {
        const run = { start: body.position, bytes: Math.min(CHECKPOINT.bytes, gap.end - body.position) };
        const first = claim.received === 0 && run.start === incoming.offset;
        const limit = { bytes: run.bytes, ms: CHECKPOINT.ms };
        const length = await this.writeRun(upload, this.target(writing, first), body.run(limit));
        // Nothing may come after the last byte; if something does, the last run is not recorded.
        if (body.position === end && (await body.hasMore())) throw tooLong(writing);
        if (length > 0 || upload.length === 0) {
          // Nothing more comes, so the lease goes in the same statement.
          const release = body.ended;
          const options = { digest: null, release, endsUpload: false, extends: true };
          written = {
            progress: await this.record(writing, [{ start: run.start, length }], options),
            released: release,
          };
        }
        if (body.position === gap.end) break;
      }
    }
    await body.skip(end - body.position);
    if (await body.hasMore()) throw tooLong(writing);
    this.logger.debug({ uploadId: upload.id, bytes: body.position - incoming.offset }, incoming.label);
    body.verify();
    checkLength(writing);
    // All of it was held, perhaps by an upload whose name was taken.
    if (isWhole(written.progress)) await this.sealIfWhole(upload.id);
    return written;
  }

  private async writeRun(upload: Target, target: ChunkTarget, content: Content): Promise<number> {
    try {
      return await this.store.writeChunk(target, content);
    } catch (error) {
      const reason = reasonOfLoss(error);
      if (reason === null) throw error;
      await this.completion.fail(upload.id, reason);
      throw new ProblemError(reason, 'Begin again to send the file.', { cause: error });
    }
  }

  private target({ upload, body }: Writing, first: boolean): ChunkTarget {
    // How many bytes come is this service's to watch: the store takes what there is.
    return { uploadId: upload.id, offset: body.position, maxLength: this.limits.maxFileSize, first };
  }

  private async record(
    { upload, lease, claim }: Writing,
    runs: readonly Run[],
    options: RecordOptions,
  ): Promise<Progress> {
    const hadNoLength = claim.length === null;
    const progress = await this.ledger.record(upload.id, lease.token, runs, { ...options, hadNoLength });
    if (progress === null) throw await this.whyNot(upload.id, runs.length);
    for (const { start, length } of runs) await this.prefixes.recorded(upload.id, start, start + length);
    if (isWhole(progress)) await this.sealIfWhole(upload.id);
    return progress;
  }

  /** Why nothing could be recorded. */
  private async whyNot(uploadId: string, runs: number): Promise<ProblemError> {
    const now = await this.uploads.find(uploadId);
    if (now !== null && !isRefused(now.state)) {
      if (now.chunkCount + runs > this.limits.maxChunks) return tooManyChunks(this.limits);
      return new ProblemError('chunk-busy', 'The right to write these bytes was lost.', { retryAfter: 1 });
    }
    return now === null ? new ProblemError('upload-not-found', 'It has been removed.') : refusalOf(now);
  }

  /**
   * What a failed request wrote for an upload that ended meanwhile belongs to nobody, and an upload that it alone has
   * begun leaves no trace. Where others still write, the last of them does it.
   */
  private async leaveNothing(uploadId: string, begins: boolean): Promise<void> {
    const lease = this.leases.tryAcquireAll(uploadId);
    if (lease === null) return;
    try {
      const now = await this.uploads.find(uploadId);
      if (now === null || isRefused(now.state)) await this.completion.cleanUp(uploadId);
      // The row decides, and goes first: the answer to a commit may have been lost, and the bytes be recorded all the same.
      else if (begins && (await this.uploads.removeEmpty(uploadId))) await this.store.discard(uploadId);
    } catch (error) {
      // The request's own fault is the one to tell; what is left here is found by the next start, or shows among the unfinished.
      this.logger.warn({ err: error, uploadId }, 'the remains of a failed request could not be removed');
    } finally {
      lease.release();
    }
  }

  /**
   * Gives the range back: first in the ledger, where a record may still be under way whose answer was lost. Until the
   * database says that its lease is gone, nobody else may write there.
   */
  private async giveBack(uploadId: string, right: Right): Promise<void> {
    if (!right.claimed || (await this.forgetLease(uploadId, right.lease))) right.lease.release();
    else if (!this.stopped) setTimeout(() => void this.giveBack(uploadId, right), GIVE_BACK_MS).unref();
  }

  private async forgetLease(uploadId: string, { token }: Lease): Promise<boolean> {
    try {
      await this.ledger.release(token);
      // Perhaps more is recorded than this process was told: only the rows know.
      this.prefixes.forget(uploadId);
      return true;
    } catch (error) {
      this.logger.warn({ err: error, uploadId }, 'a lease could not be given back yet');
      return false;
    }
  }

  private async sealIfWhole(uploadId: string): Promise<void> {
    const upload = await this.uploads.find(uploadId);
    if (upload !== null && upload.state === 'receiving' && isWhole(upload)) await this.completion.seal(upload);
  }
}

/** How far a writer got, and whether its lease went with its last record. */
interface Written {
  readonly progress: Progress;
  readonly released: boolean;
}

/** What is whole is being sealed and completed while the answer is on its way: only its row knows how far that is. */
function taken({ received, length, reason }: Progress): Taken {
  return { progress: received === length ? null : { received, length, reason } };
}

function isWhole({ received, length }: Pick<Progress, 'received' | 'length'>): boolean {
  return received === length;
}

function isHeld(claim: Claim, { offset, length }: IncomingBytes, end: number): boolean {
  if (offset === end) return claim.length === 0 && claim.chunk !== null;
  return length !== null && gapsOf(claim, offset, end).length === 0;
}

/** What is not held of a range. Of an empty one that is nothing, but for the one chunk of an empty file. */
function gapsOf({ held, length }: Claim, start: number, end: number) {
  if (start === end) return length === 0 ? [{ start, end }] : [];
  const ranges = new ByteRanges();
  ranges.add(0, start);
  for (const range of held) ranges.add(range.start, range.end);
  return ranges.gaps(end);
}

/** A run of a chunk: it comes whole, or fails. */
async function* strict(body: IncomingBody, end: number, writing: Writing): Content {
  yield* body.run({ bytes: end - body.position, ms: Infinity });
  if (body.failure !== null) throw body.failure;
  if (body.position < end) checkLength(writing);
}

/** How many bytes must come; null: as many as do. */
function expected({ incoming, upload }: Writing): number | null {
  if (incoming.length !== null) return incoming.length;
  return incoming.kind === 'append' || upload.length === null ? null : upload.length - incoming.offset;
}

/** @throws ProblemError size-mismatch when too few bytes came */
function checkLength(writing: Writing): void {
  const [wanted, came] = [expected(writing), writing.body.position - writing.incoming.offset];
  if (wanted === null || came >= wanted) return;
  throw new ProblemError('size-mismatch', `The body should have ${wanted} bytes but had ${came}.`);
}

function tooLong({ incoming, upload, end }: Writing): ProblemError {
  return incoming.length === null && upload.length === null
    ? new ProblemError('file-too-large', `A file can have ${end} bytes at most.`)
    : new ProblemError('size-mismatch', `The body should have ${end - incoming.offset} bytes but had more.`);
}

// eslint-disable-next-line @typescript-eslint/require-await -- there is nothing to wait for
async function* nothing(): Content {
  yield [];
}
