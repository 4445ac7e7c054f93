import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CONFIGURATION } from '../../../platform/config/config.module.js';
import type { Configuration, LimitsConfiguration } from '../../../platform/config/configuration.js';
import { ClientAbort } from '../../../platform/http/client-abort.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { batchBytesFor } from '../../../platform/http/raw-body.js';
import { ChunkService, type IncomingBytes, type Taken } from '../../chunk.service.js';
import { RequestSlots } from '../../request-slots.js';
import { UploadPasswords } from '../../upload-passwords.js';
import { UploadService, type UploadRequest } from '../../upload.service.js';
import { parseDropzoneForm, type DropzoneForm } from './dropzone-form.js';
import { FormError } from './form-errors.js';
import { DEFAULT_FORM_LIMITS, type FormLimits } from './form-limits.js';
import { readForm, type FilePart, type Form } from './form-reader.js';

/** Where the file of a form goes, which only whoever asks decides. */
export interface FormTarget {
  readonly limits: LimitsConfiguration;
  /** The only upload that may be written to; null: any, or a new one. */
  readonly only: string | null;
  /** What the form wants, for its place. */
  plan(form: DropzoneForm, fields: Form['fields']): Promise<UploadRequest>;
}

/** What has become of the bytes of a form. */
export interface FormReceived extends Taken {
  readonly id: string;
  /** Whether it has begun an upload that somebody goes on with. */
  readonly begins: boolean;
}

/** Reads forms: one file each, or a chunk of one. */
@Injectable()
export class FormIntake {
  private readonly formLimits: FormLimits;

  constructor(
    private readonly uploads: UploadService,
    private readonly chunks: ChunkService,
    private readonly slots: RequestSlots,
    private readonly passwords: UploadPasswords,
    @Inject(CONFIGURATION) { server }: Configuration,
  ) {
    const { idleTimeoutMs, minRate } = server;
    this.formLimits = { ...DEFAULT_FORM_LIMITS, idleTimeoutMs, minRate };
  }

  /**
   * Takes the bytes of a form, and then does the rest of its request, in one slot.
   * @throws ProblemError
   */
  async receive<T>(request: Request, target: FormTarget, then: (received: FormReceived) => Promise<T>): Promise<T> {
    const release = await this.slots.acquire();
    try {
      return await then(await this.read(request, target));
    } catch (error) {
      throw understood(error);
    } finally {
      release();
    }
  }

  private async read(request: Request, target: FormTarget): Promise<FormReceived> {
    const { fields, file } = await readForm(request, {
      ...this.formLimits,
      batchBytes: batchBytesFor(this.slots.usedCount),
    });
    if (file === null) throw new ProblemError('no-file', 'Send one file, after the other fields.');
    try {
      return await this.take(request, fields, file, target);
    } finally {
      file.discard();
    }
  }

  private async take(
    request: Request,
    fields: Form['fields'],
    file: FilePart,
    target: FormTarget,
  ): Promise<FormReceived> {
    const form = parseDropzoneForm({ ...file, fields }, target.limits);
    const plan = await target.plan(form, fields);
    const admits = () => this.passwords.check(plan, request, fields);
    // Again when the upload was removed between the two steps, by a failed request for the same key.
    for (let attempt = 0; attempt < 5; attempt++) {
      const { upload, isNew } = await this.uploads.begin(plan, (form.chunk?.index ?? 0) === 0, target.only, admits);
      const taken = await this.chunks.write(upload, toChunk(form, file));
      if (taken === null) continue;
      // Nobody goes on with a whole file.
      return { ...taken, id: upload.id, begins: isNew && form.chunk !== null && taken.progress !== null };
    }
    throw new ProblemError('chunk-busy', 'The upload was removed while this request arrived.', { retryAfter: 1 });
  }
}

function toChunk({ chunk }: DropzoneForm, file: FilePart): IncomingBytes {
  return {
    offset: chunk?.offset ?? 0,
    length: chunk?.length ?? null,
    content: file.content,
    check: null,
    kind: 'chunk',
    begins: true,
    label: chunk === null ? 'whole file' : `chunk ${chunk.index + 1} of ${chunk.count}`,
  };
}

/** What a form wants, without whose it is and where it goes. */
export function wishOf(form: DropzoneForm): Omit<UploadRequest, 'owner' | 'spaceId' | 'folderId'> {
  return {
    clientKey: form.chunk?.key ?? null,
    length: form.chunk?.totalSize ?? null,
    chunkSize: form.chunk?.chunkSize ?? null,
    name: form.name,
    path: form.path,
    mediaType: form.mediaType,
    declaredSha256: form.declaredSha256,
    resumable: form.chunk !== null,
  };
}

function understood(error: unknown): unknown {
  if (error instanceof FormError) return new ProblemError(error.code, error.message);
  // Mostly nobody is left to read it; a client that has only closed its own side is.
  if (error instanceof ClientAbort) return new ProblemError('malformed-request', 'The body ended too early.');
  return error;
}
