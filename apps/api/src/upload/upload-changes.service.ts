import { Injectable } from '@nestjs/common';
import type { CompleteUpload, UploadResult, UploadStatus } from '@stowage/contract';
import { ProblemError } from '../platform/http/problem-error.js';
import { ChunkService } from './chunk.service.js';
import { CompletionService } from './completion.service.js';
import type { Upload } from './entities/upload.entity.js';
import { PrefixFollower } from './prefix-follower.js';
import { UploadLeases } from './upload-leases.js';
import { UploadLedger } from './upload-ledger.js';
import { uploadPlace } from './upload-place.js';
import { refusalOf } from './upload-refusals.js';
import { isRefused } from './upload-states.js';
import { UploadService } from './upload.service.js';

/** Where a client wants an upload to go instead, its folder found already; what is left out stays as it is. */
export interface UploadChange extends Omit<CompleteUpload, 'folder'> {
  /** Null: the root of its space. */
  readonly folderId?: string | null | undefined;
}

/** What a client changes about an upload that has begun: where it goes, that it is whole, how long it is kept. */
@Injectable()
export class UploadChanges {
  constructor(
    private readonly ledger: UploadLedger,
    private readonly uploads: UploadService,
    private readonly chunks: ChunkService,
    private readonly leases: UploadLeases,
    private readonly completion: CompletionService,
    private readonly prefixes: PrefixFollower,
  ) {}

  /**
   * Makes the file of an upload that has all its bytes and could not by itself: its name was taken, or nobody had said
   * that there are no more. Repeating is safe.
   * @throws ProblemError invalid-name, invalid-path, upload-incomplete, chunk-busy, name-taken, path-not-a-folder,
   * folder-not-found, folder-too-deep, upload-finished when it is already on its way to somewhere else, or the refusal of one that has ended
   */
  async complete(id: string, changes: UploadChange, waitMs: number): Promise<UploadResult> {
    const upload = await this.uploads.find(id);
    if (isRefused(upload.state)) throw refusalOf(upload);
    const place = uploadPlace(changes.name ?? upload.name, changes.path ?? upload.path);
    const folderId = changes.folderId === undefined ? upload.folderId : changes.folderId;
    const target = { ...place, folderId, conflict: changes.conflict ?? upload.conflict };
    if (upload.state !== 'receiving') {
      if (!isBoundFor(upload, target)) throw new ProblemError('upload-finished', 'It cannot go elsewhere any more.');
    } else if (await this.redirect(upload, target)) await this.seal(id);
    return this.uploads.result(id, waitMs);
  }

  /**
   * Lets the time to expiry of an unfinished upload begin anew.
   * @throws ProblemError upload-finished, or the refusal of one that has ended
   */
  async extend(id: string): Promise<UploadStatus> {
    const upload = await this.uploads.find(id);
    if (isRefused(upload.state)) throw refusalOf(upload);
    if (!(await this.ledger.extend(id))) throw new ProblemError('upload-finished', 'It does not expire any more.');
    return this.uploads.status(id);
  }

  /** False when it has been sealed or ended meanwhile. */
  private async redirect({ id }: Upload, target: Target): Promise<boolean> {
    // Nobody writes meanwhile, so that what is held now is what becomes the length.
    const lease = this.leases.tryAcquireAll(id);
    if (lease === null) throw new ProblemError('chunk-busy', 'Bytes are still arriving.', { retryAfter: 1 });
    try {
      const upload = await this.uploads.find(id);
      const held = await this.prefixes.contiguousEnd(id);
      const whole = upload.received === (upload.length ?? held);
      if (whole && (await this.ledger.redirect(id, target))) return true;
      if ((await this.uploads.find(id)).state !== 'receiving') return false;
      throw new ProblemError('upload-incomplete', `Without a gap there are ${held} bytes; ask which are missing.`);
    } finally {
      lease.release();
    }
  }

  private async seal(id: string): Promise<void> {
    const upload = await this.uploads.find(id);
    if (upload.state !== 'receiving') return;
    if (upload.length !== 0) await this.completion.seal(upload);
    else await this.chunks.writeNothing(upload, false);
  }
}

type Target = Pick<Upload, 'name' | 'folderId' | 'path' | 'conflict'>;

function isBoundFor(upload: Upload, { name, folderId, path, conflict }: Target): boolean {
  const sameFolder = upload.folderId === folderId && upload.path === path;
  return sameFolder && upload.name === name && upload.conflict === conflict;
}
