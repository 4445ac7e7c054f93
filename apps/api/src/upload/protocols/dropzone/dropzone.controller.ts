import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { UploadResult } from '@stowage/contract';
import type { Request, Response } from 'express';
import { UploadGrants } from '../../../identity/upload-grants.js';
import { CONFIGURATION } from '../../../platform/config/config.module.js';
import type { Configuration } from '../../../platform/config/configuration.js';
import { ClientAbort } from '../../../platform/http/client-abort.js';
import { discardRest } from '../../../platform/http/discard-rest.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { ChunkService, type IncomingBytes, type Taken } from '../../chunk.service.js';
import { RequestSlots } from '../../request-slots.js';
import { COMPLETION_WAIT_MS, statusOf } from '../../result-status.js';
import { callerOf, type UploadCaller } from '../../upload-caller.js';
import { UploadSpaces, type UploadBase } from '../../upload-spaces.js';
import { UploadService, type UploadRequest } from '../../upload.service.js';
import { parseDropzoneForm, type DropzoneForm } from './dropzone-form.js';
import { FormError } from './form-errors.js';
import { DEFAULT_FORM_LIMITS, type FormLimits } from './form-limits.js';
import { readForm, type FilePart, type Form } from './form-reader.js';

/** What has become of the bytes of a request. */
interface Received extends Taken {
  readonly id: string;
  /** What its upload goes on with when nobody is signed in any more; null when it has one, or needs none. */
  readonly grant: string | null;
}

/** The form that Dropzone posts, one chunk each; without its fields, a plain form with one file. */
@Controller()
export class DropzoneController {
  private readonly formLimits: FormLimits;

  constructor(
    private readonly uploads: UploadService,
    private readonly chunks: ChunkService,
    private readonly slots: RequestSlots,
    private readonly grants: UploadGrants,
    private readonly spaces: UploadSpaces,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {
    const { idleTimeoutMs, minRate } = configuration.server;
    this.formLimits = { ...DEFAULT_FORM_LIMITS, idleTimeoutMs, minRate };
  }

  @Post(['upload', 'uploads'])
  async post(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<UploadResult> {
    const release = await this.slots.acquire();
    try {
      const { id, progress, grant } = await this.receive(request);
      const result = await this.uploads.result(id, COMPLETION_WAIT_MS, progress);
      response.status(statusOf(result));
      response.setHeader('Cache-Control', 'no-store');
      discardRest(request, response);
      return grant === null ? result : { ...result, grant };
    } catch (error) {
      throw understood(error);
    } finally {
      release();
    }
  }

  private async receive(request: Request): Promise<Received> {
    const { fields, file } = await readForm(request, this.formLimits);
    if (file === null) throw new ProblemError('no-file', 'Send one file, after the other fields.');
    try {
      return await this.take(fields, file, callerOf(request));
    } finally {
      file.discard();
    }
  }

  private async take(fields: Form['fields'], file: FilePart, caller: UploadCaller): Promise<Received> {
    const form = parseDropzoneForm({ ...file, fields }, this.configuration.limits);
    const base = await this.spaces.choose(caller, form, form.chunk?.key ?? null);
    // Again when the upload was removed between the two steps, by a failed request for the same key.
    for (let attempt = 0; attempt < 5; attempt++) {
      const plan = toPlan(form, caller.owner, base);
      const { upload, isNew } = await this.uploads.begin(plan, (form.chunk?.index ?? 0) === 0, caller.only);
      const taken = await this.chunks.write(upload, toChunk(form, file));
      if (taken === null) continue;
      // Nobody goes on with a whole file.
      const goesOn = isNew && form.chunk !== null && caller.session !== null && taken.progress !== null;
      const grant = goesOn ? await this.grants.issue(upload.id, caller.owner, caller.session) : null;
      return { ...taken, id: upload.id, grant };
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

function toPlan(form: DropzoneForm, owner: string, base: UploadBase): UploadRequest {
  return {
    ...base,
    owner,
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
