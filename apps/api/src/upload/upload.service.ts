import { Inject, Injectable } from '@nestjs/common';
import type { UploadResult, UploadStatus } from '@stowage/contract';
import { MAX_MISSING_RANGES, PROBLEMS } from '@stowage/contract';
import { DataSource } from 'typeorm';
import { EntryLedger } from '../entries/entry-ledger.js';
import { FileListing } from '../entries/file-listing.js';
import { accountNames } from '../identity/account-names.js';
import { LOGGER } from '../platform/config/config.module.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { ByteRanges } from './byte-ranges.js';
import { chunkBitmap } from './chunk-bitmap.js';
import { ChunkLedger, type Progress } from './chunk-ledger.js';
import { CompletionService } from './completion.service.js';
import type { Upload } from './entities/upload.entity.js';
import { checkMayGoOn, mayKnow, onlyOne, type UploadCaller } from './upload-caller.js';
import { UploadLeases } from './upload-leases.js';
import { UploadLedger, type UploadPlan } from './upload-ledger.js';
import { UploadPolicy } from './upload-policy.js';
import { destinationOf } from './upload-place.js';
import { nameTaken } from '../entries/tree-refusals.js';
import { refusalOf } from './upload-refusals.js';
import { isRefused } from './upload-states.js';
import { toSummary, toUpload } from './upload-view.js';

/** What a client declares of an upload when it begins one. */
export type UploadRequest = UploadPlan;

/** The life of an upload: begin, status, result, cancel. */
@Injectable()
export class UploadService {
  constructor(
    private readonly ledger: UploadLedger,
    private readonly chunks: ChunkLedger,
    private readonly entries: EntryLedger,
    private readonly files: FileListing,
    private readonly completion: CompletionService,
    private readonly policy: UploadPolicy,
    private readonly leases: UploadLeases,
    private readonly database: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Finds the upload of a client's key, or begins one, and tells whether it is new. A refusal is kept under its key, so
   * that late chunks of it are refused without a look at the folder.
   * @param asksAgain true for the request that begins a file (index 0): it alone lifts a refusal
   * @param only the one upload that may be found; null: any, or a new one
   * @param admits asked before an upload is made, and not when one goes on; what it throws leaves nothing
   * @throws ProblemError type-not-allowed, file-too-large, name-taken, path-not-a-folder, folder-not-found, folder-too-deep, quota-exceeded, too-many-uploads,
   * upload-mismatch, or the refusal kept
   */
  async begin(
    plan: UploadPlan,
    asksAgain: boolean,
    only: string | null = null,
    admits: () => Promise<void> = () => Promise.resolve(),
  ): Promise<{ upload: Upload; isNew: boolean }> {
    // Again when another request makes or removes the same key in between: it takes very bad luck to lose every time.
    for (let attempt = 0; attempt < 10; attempt++) {
      const known = plan.clientKey === null ? null : await this.ledger.findByKey(plan.owner, plan.clientKey);
      if (only !== null && known?.id !== only) throw onlyOne();
      if (known !== null && !(isRefused(known.state) && asksAgain)) {
        return { upload: await this.resume(known, plan), isNew: false };
      }
      await admits();
      const held = await this.policy.apply(plan);
      const refusal = held.refusal ?? (await this.refusal(held.plan));
      if (known !== null) {
        // Asked again, refused again: the tombstone stays as it is.
        if (refusal !== null && refusal.code === known.reason) throw refusal;
        // Its bytes first, and for certain: without a row nobody would look for them.
        await this.completion.removeRemains(known.id);
        await this.ledger.removeRefused(known.id);
      }
      // Without a key nothing could come late for it.
      if (refusal !== null && plan.clientKey === null) throw refusal;
      const upload = await this.create(held.plan, refusal);
      if (refusal !== null) throw refusal;
      if (upload !== null) return { upload, isNew: true };
    }
    throw new ProblemError('overloaded', 'The same upload was begun by too many requests at once.', { retryAfter: 1 });
  }

  /** A quota without room is a refusal as well; it shows only when the upload is made. */
  private async create(plan: UploadPlan, refusal: ProblemError | null): Promise<Upload | null> {
    try {
      return await this.ledger.create(plan, refusal?.code ?? null);
    } catch (error) {
      const isRefusal = error instanceof ProblemError && error.code === 'quota-exceeded';
      if (isRefusal && plan.clientKey !== null) await this.ledger.create(plan, error.code);
      throw error;
    }
  }

  private async resume(upload: Upload, plan: UploadPlan): Promise<Upload> {
    if (isRefused(upload.state)) throw refusalOf(upload);
    if (plan.fingerprint !== undefined) {
      if (plan.fingerprint === upload.fingerprint) return upload;
      throw new ProblemError('idempotency-key-reused', 'Choose another key, or send what was sent under this one.');
    }
    const differing = (['length', 'chunkSize', 'name', 'path'] as const).filter(
      (field) => upload[field] !== plan[field],
    );
    const elsewhere = upload.spaceId !== plan.spaceId ? ['space'] : [];
    if (upload.folderId !== (plan.folderId ?? null)) elsewhere.push('folder');
    if (differing.length + elsewhere.length > 0) {
      const words = [...differing, ...elsewhere].join(', ');
      throw new ProblemError('upload-mismatch', `Not the same as when it was begun: ${words}.`);
    }
    const { declaredSha256 } = plan;
    if (declaredSha256 !== null && declaredSha256 !== (await this.digestOf(upload, declaredSha256))) {
      throw new ProblemError('upload-mismatch', 'Not the same as when it was begun: sha256.');
    }
    return upload;
  }

  /** The digest that an upload is held to: declared before, else declared now, else that of the file it has become. */
  private async digestOf(upload: Upload, declared: string): Promise<string> {
    const kept = upload.declaredSha256 ?? (await this.ledger.declareDigest(upload.id, declared));
    if (kept !== null) return kept;
    const found = upload.fileId === null ? null : await this.files.find(upload.fileId);
    return found?.file.sha256 ?? declared;
  }

  private async refusal(plan: UploadPlan): Promise<ProblemError | null> {
    try {
      const taken = await this.entries.isTaken(destinationOf(plan));
      return taken && (plan.conflict ?? 'reject') === 'reject' ? nameTaken() : null;
    } catch (error) {
      if (error instanceof ProblemError) return error;
      throw error;
    }
  }

  /** @throws ProblemError upload-not-found */
  async find(id: string): Promise<Upload> {
    const upload = await this.ledger.find(id);
    if (upload === null) throw notFound();
    return upload;
  }

  /**
   * Finds an upload for somebody who asks: what is another's is answered like what is not there.
   * @throws ProblemError upload-not-found
   */
  async findFor(caller: UploadCaller, id: string): Promise<Upload> {
    const upload = await this.find(id);
    if (!mayKnow(caller, upload)) throw notFound();
    return upload;
  }

  /**
   * The same, for somebody who goes on with it.
   * @throws ProblemError upload-not-found; not-permitted when the space does not let them any more
   */
  async findToGoOn(caller: UploadCaller, id: string): Promise<Upload> {
    const upload = await this.findFor(caller, id);
    checkMayGoOn(caller, upload);
    return upload;
  }

  /**
   * What to answer about an upload after a request was accepted; one that is completing gets up to `waitMs` to end.
   * @param progress how far it was when the bytes of the request were held; null or left out to ask how it stands
   * @throws ProblemError when it has ended without a file
   */
  async result(id: string, waitMs: number, progress: Progress | null = null): Promise<UploadResult> {
    if (progress !== null) return { upload: toUpload({ id, state: 'receiving', ...progress }), complete: false };
    let upload = await this.find(id);
    if (upload.state === 'completing') {
      this.completion.start(id);
      await this.completion.settled(id, waitMs);
      upload = await this.find(id);
    }
    if (isRefused(upload.state)) throw refusalOf(upload);
    return this.describe(upload);
  }

  private async describe(upload: Upload): Promise<UploadResult> {
    const found = upload.fileId === null ? null : await this.files.find(upload.fileId);
    return {
      upload: toUpload(upload),
      complete: upload.state === 'complete',
      ...(found === null ? {} : { file: found.file }),
    };
  }

  /** An upload with what it still misses. */
  async status(id: string): Promise<UploadStatus> {
    const upload = await this.find(id);
    const ranges = new ByteRanges();
    const receiving = upload.state === 'receiving';
    if (receiving) for (const { start, end } of await this.chunks.ranges(id)) ranges.add(start, end);
    const { chunkSize } = upload;
    const length = upload.length ?? ranges.end;
    const missing = receiving ? ranges.gaps(length) : [];
    return {
      ...(await this.describe(upload)),
      upload: toSummary(upload, this.leases.isHeld(id), await accountNames(this.database.manager, [upload.owner])),
      offset: receiving ? ranges.contiguousEnd : upload.received,
      missing: missing.slice(0, MAX_MISSING_RANGES),
      missingTruncated: missing.length > MAX_MISSING_RANGES,
      ...(receiving && chunkSize !== null ? { bitmap: chunkBitmap(missing, chunkSize, length) } : {}),
    };
  }

  /**
   * Removes an unfinished upload and its bytes. Requests that are writing to it are ended first.
   * @throws ProblemError upload-not-found, upload-finished
   */
  async cancel(id: string): Promise<void> {
    const upload = await this.find(id);
    if (upload.state === 'completing' || upload.state === 'complete') throw finished();
    const cancelled =
      upload.state === 'receiving' &&
      (await this.ledger.move(this.database.manager, upload, { to: 'cancelled' })) !== null;
    // Somebody else was faster: sealed it, or ended it as well.
    if (!cancelled && !isRefused((await this.find(id)).state)) throw finished();
    await this.leases.stopAll(id, new ProblemError('upload-cancelled', 'It was removed while its bytes arrived.'));
    await this.completion.cleanUp(id);
    if (cancelled) this.logger.info({ uploadId: id }, 'upload cancelled');
  }
}

function notFound(): ProblemError {
  return new ProblemError('upload-not-found', 'It may have been removed.');
}

function finished(): ProblemError {
  return new ProblemError('upload-finished', `${PROBLEMS['upload-finished'].title}: delete the file instead.`);
}
