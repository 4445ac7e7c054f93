import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BlobLedger } from '../blobs/blob-ledger.js';
import { BlobNames } from '../blobs/blob-names.js';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import { EntryLedger } from '../entries/entry-ledger.js';
import { MemberLedger } from '../spaces/member-ledger.js';
import { LOGGER } from '../platform/config/config.module.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { Timings } from '../platform/telemetry/timings.js';
import { ChunkLedger } from './chunk-ledger.js';
import type { Upload } from './entities/upload.entity.js';
import { PrefixFollower } from './prefix-follower.js';
import { linkOfOwner } from '../identity/known-link.js';
import { accountIdOf } from '../identity/principal.js';
import { notPermitted } from './upload-caller.js';
import { UploadLedger } from './upload-ledger.js';
import { UploadPolicy } from './upload-policy.js';
import { destinationOf } from './upload-place.js';
import { nameTaken } from '../entries/tree-refusals.js';
import { reasonOfLoss } from './upload-refusals.js';
import { isFinal } from './upload-states.js';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;
/** Uploads whose last transaction runs at once: each holds a connection while it syncs, and chunks need some too. */
const MOST_PUBLISHING = 4;

/** Undoes a transaction: the upload has moved since it was found. */
class Overtaken extends Error {}

/** What the bytes of an upload are. */
interface Content {
  readonly size: number;
  readonly sha256: string;
  /** Media type found in them; null: they do not tell. */
  readonly detected: string | null;
}

/**
 * Turns a whole upload into a file: seal, digest, permanent name, one transaction that makes it visible. Nobody waits
 * for it in a request; a fault is tried again until it passes, and a restart takes it up where the row says.
 */
@Injectable()
export class CompletionService implements BeforeApplicationShutdown {
  /** Uploads being completed here; each settles when its upload has reached a final state. */
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  /** Completions that wait for their turn to publish. */
  private readonly waiting: (() => void)[] = [];
  private publishing = 0;

  constructor(
    private readonly ledger: UploadLedger,
    private readonly chunks: ChunkLedger,
    private readonly entries: EntryLedger,
    private readonly members: MemberLedger,
    private readonly policy: UploadPolicy,
    private readonly blobs: BlobLedger,
    private readonly names: BlobNames,
    private readonly prefixes: PrefixFollower,
    private readonly database: DataSource,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly timings: Timings = new Timings(),
  ) {}

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /**
   * Seals an upload that holds all its bytes and claims its name, in one transaction, then lets it complete.
   * @throws ProblemError name-taken, path-not-a-folder, folder-not-found, folder-too-deep, not-permitted, type-not-allowed; the upload then keeps its bytes and goes on receiving
   */
  async seal(upload: Upload): Promise<void> {
    try {
      const sealed = await this.database.transaction(async (manager) => {
        if ((await this.ledger.move(manager, upload, { to: 'completing' })) === null) return false;
        const { id, owner, spaceId, mediaType, conflict } = upload;
        // It may have begun days ago.
        if (!(await this.members.mayUpload(manager, owner, spaceId))) throw notPermitted();
        await this.policy.checkName(manager, upload);
        if (!(await this.entries.claim(manager, destinationOf(upload), id, mediaType, conflict))) throw nameTaken();
        if (upload.sender !== null) await this.entries.setSender(manager, id, upload.sender);
        return true;
      });
      if (sealed) this.start(upload.id);
    } catch (error) {
      if (error instanceof ProblemError) await this.refuse(upload, error.code);
      // A commit whose answer was lost may have sealed it all the same: completing looks, and ends if not.
      else this.start(upload.id);
      throw error;
    }
  }

  /**
   * A plain form post cannot be taken up again under another name, and whoever sends by a link cannot mend what is wrong, so
   * the bytes of these go; every other upload keeps them.
   */
  private refuse(upload: Upload, reason: string): Promise<void> {
    return upload.resumable && linkOfOwner(upload.owner) === null
      ? this.ledger.hold(upload.id, reason)
      : this.fail(upload.id, reason);
  }

  /** Completes a sealed upload in the background; once, however often it is asked. */
  start(uploadId: string): void {
    if (this.running.has(uploadId)) return;
    const work = this.drive(uploadId).finally(() => this.running.delete(uploadId));
    this.running.set(uploadId, work);
  }

  /** Waits until an upload has ended, or for so many milliseconds. */
  async settled(uploadId: string, ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await Promise.race([this.running.get(uploadId) ?? Promise.resolve(), elapsed]);
    clearTimeout(timer);
  }

  private async drive(uploadId: string): Promise<void> {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      try {
        await this.complete(uploadId);
        return;
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        this.logger.error({ err: error, uploadId, retryMs: wait }, 'completion failed, will be tried again');
      }
      if (!(await this.pause(wait))) return;
    }
  }

  private async complete(uploadId: string): Promise<void> {
    const startedAt = performance.now();
    const upload = await this.ledger.find(uploadId);
    // Found complete after a commit whose answer was lost.
    if (upload?.state === 'complete') return this.cleanUp(uploadId);
    const length = upload?.length ?? null;
    if (upload?.state !== 'completing' || length === null) return;
    const sha256 = await this.digest(upload, length);
    if (sha256 === null) return;
    const detected = await this.inspect(upload, length);
    if (detected === undefined) return;
    const fileId = await this.inTurn(() => this.publish(upload, { size: length, sha256, detected })).catch(
      (error: unknown) => this.giveUp(upload, error),
    );
    if (fileId === null) return;
    await this.cleanUp(uploadId);
    this.logger.info(
      { uploadId, fileId, size: length, ms: Math.round(performance.now() - startedAt) },
      'file complete',
    );
  }

  /** The digest of all bytes, or null after the upload was ended because they are not what they should be. */
  private async digest(upload: Upload, length: number): Promise<string | null> {
    try {
      // Of an upload without a length more may have come than was recorded before it ended.
      await this.store.trim(upload.id, length);
      const sha256 = await this.store.digest(upload.id, length);
      if (upload.declaredSha256 === null || upload.declaredSha256 === sha256) return sha256;
      await this.fail(upload.id, 'digest-mismatch');
    } catch (error) {
      await this.giveUp(upload, error);
    }
    return null;
  }

  /** What its bytes are; undefined after the upload was ended because its space does not take them. */
  private async inspect(upload: Upload, length: number): Promise<string | null | undefined> {
    try {
      const { detected, refusal } = await this.policy.inspect(upload, length);
      if (refusal === null) return detected;
      await this.fail(upload.id, refusal.code);
    } catch (error) {
      await this.giveUp(upload, error);
    }
    return undefined;
  }

  /** Ends an upload whose bytes the store has given up; any other fault passes. */
  private async giveUp(upload: Upload, error: unknown): Promise<null> {
    const reason = reasonOfLoss(error);
    if (reason === null) throw error;
    this.logger.error({ err: error, uploadId: upload.id }, 'recorded bytes are gone');
    await this.fail(upload.id, reason);
    return null;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.publishing >= MOST_PUBLISHING) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.publishing++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.publishing--;
      else next();
    }
  }

  /** One transaction: blob, file and upload. The bytes get their name under the blob row's lock, just before the commit. */
  private async publish(upload: Upload, { size, sha256, detected }: Content): Promise<string> {
    const key = { spaceId: upload.spaceId, sha256 };
    return this.timings.measure('completion_commit', () =>
      this.database.transaction(async (manager) => {
        const blob = await this.blobs.claim(manager, key, size, detected);
        // A row that was there may be all that a half-done delete has left: then these bytes take its place.
        await this.names.inTurn(key, async () => {
          if (!blob.existed || (await this.store.size(key)) !== size) await this.store.publish(upload.id, key);
        });
        if (upload.conflict === 'replace') await this.entries.replace(manager, upload.id, accountIdOf(upload.owner));
        const fileId = await this.entries.fulfil(manager, upload.id, blob.id);
        await this.ledger.arrived(manager, upload, fileId);
        if ((await this.ledger.move(manager, upload, { to: 'complete', fileId })) === null)
          throw new Error('the upload is not completing any more');
        return fileId;
      }),
    );
  }

  /** Ends an upload without a file and gives back what it held. */
  async fail(uploadId: string, reason: string): Promise<void> {
    const upload = await this.ledger.find(uploadId);
    if (upload === null || isFinal(upload.state)) return;
    const failed = await this.database
      .transaction(async (manager) => {
        await this.entries.unclaim(manager, uploadId);
        if ((await this.ledger.move(manager, upload, { to: 'failed', reason })) === null) throw new Overtaken();
        return true;
      })
      .catch((error: unknown) => {
        if (error instanceof Overtaken) return false;
        throw error;
      });
    // Moved meanwhile: from where it is now, it may have to fail all the same.
    if (!failed) return this.fail(uploadId, reason);
    this.logger.warn({ uploadId, reason }, 'upload failed');
    await this.cleanUp(uploadId);
  }

  /** Removes what an ended upload leaves. */
  async removeRemains(uploadId: string): Promise<void> {
    this.prefixes.forget(uploadId);
    await this.store.discard(uploadId);
    await this.chunks.forget(uploadId);
  }

  /** The same; a fault is for the log: the next start does it again. */
  async cleanUp(uploadId: string): Promise<void> {
    try {
      await this.removeRemains(uploadId);
    } catch (error) {
      this.logger.error({ err: error, uploadId }, 'remains of an upload could not be removed');
    }
  }

  private pause(ms: number): Promise<boolean> {
    const { signal } = this.stopping;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve(!signal.aborted);
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
  }
}
