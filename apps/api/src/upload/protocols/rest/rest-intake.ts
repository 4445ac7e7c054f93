import { Inject, Injectable } from '@nestjs/common';
import type { UploadResult, UploadStatus } from '@stowage/contract';
import type { Request, Response } from 'express';
import { CONFIGURATION } from '../../../platform/config/config.module.js';
import type { Configuration, LimitsConfiguration } from '../../../platform/config/configuration.js';
import { discardRest } from '../../../platform/http/discard-rest.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { announcedLength, batchBytesFor, openBody } from '../../../platform/http/raw-body.js';
import { BodyDigest } from '../../body-digest.js';
import { ChunkService, type Taken } from '../../chunk.service.js';
import { PrefixFollower } from '../../prefix-follower.js';
import { RequestSlots } from '../../request-slots.js';
import { COMPLETION_WAIT_MS, statusOf } from '../../result-status.js';
import type { UploadCaller } from '../../upload-caller.js';
import { ours } from '../../upload-id.js';
import { UploadPasswords } from '../../upload-passwords.js';
import { UploadService, type UploadRequest } from '../../upload.service.js';
import { contentDigests, refuseEncoding } from './rest-headers.js';
import { appendRange, chunkRange, namedRange, tooLong, type BodyRange, type Measures } from './rest-range.js';

/** Finds where a body goes; an append needs to know how far the upload is. */
type FindRange = (upload: Measures, announced: number | null, held: number) => BodyRange;

/** A request with bytes for an upload. */
export interface Incoming {
  /** As the address has it. */
  readonly id: string;
  readonly caller: UploadCaller;
  readonly limits: LimitsConfiguration;
  readonly request: Request;
  readonly response: Response;
}

/** Begins uploads, and takes their bytes as they are: by chunk, by range or as appends. */
@Injectable()
export class RestIntake {
  constructor(
    private readonly uploads: UploadService,
    private readonly chunks: ChunkService,
    private readonly prefixes: PrefixFollower,
    private readonly slots: RequestSlots,
    private readonly passwords: UploadPasswords,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /**
   * Begins an upload, or finds the one of its key.
   * @param folder path of the folder of uploads that the answer names
   */
  async begin(
    plan: UploadRequest,
    folder: string,
    request: Request,
    response: Response,
  ): Promise<{ readonly status: UploadStatus; readonly isNew: boolean }> {
    const admits = () => this.passwords.check(plan, request);
    // Again when the upload was removed between the two steps.
    for (let attempt = 0; attempt < 5; attempt++) {
      const { upload, isNew } = await this.uploads.begin(plan, true, null, admits);
      response.setHeader('Location', `${folder}/${upload.id}`);
      if (upload.length === 0 && !(await this.chunks.writeNothing(upload, isNew))) continue;
      if (upload.length === 0) await this.uploads.result(upload.id, COMPLETION_WAIT_MS);
      response.status(isNew ? 201 : 200);
      const status = await this.uploads.status(upload.id);
      describe(response, status.offset, status.upload.length);
      return { status, isNew };
    }
    throw new ProblemError('overloaded', 'The upload was removed as often as it was begun.', { retryAfter: 1 });
  }

  /** Takes a chunk by its index. */
  chunk(incoming: Incoming, index: string): Promise<UploadResult> {
    return this.receive(incoming, (upload, announced) => chunkRange(upload, index, announced, incoming.limits));
  }

  /** Takes the range that `Content-Range` names. */
  bytes(incoming: Incoming): Promise<UploadResult> {
    const { request, limits } = incoming;
    return this.receive(incoming, (upload, announced) => namedRange(upload, request.headers, announced, limits));
  }

  /** Takes an append. */
  append(incoming: Incoming): Promise<UploadResult> {
    const { request, limits } = incoming;
    return this.receive(incoming, (upload, announced, held) =>
      appendRange(upload, request.headers, announced, held, limits),
    );
  }

  /** Whatever can be refused is refused before a byte flows: a client that expects 100 Continue then sends none. */
  private async receive(incoming: Incoming, find: FindRange): Promise<UploadResult> {
    const { request, response } = incoming;
    const uploadId = ours(incoming.id);
    let progress: Taken['progress'];
    try {
      ({ progress } = await this.take(uploadId, incoming, find));
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'offset-conflict') {
        response.setHeader('Upload-Offset', await this.prefixes.contiguousEnd(uploadId));
      }
      throw error;
    }
    const result = await this.uploads.result(uploadId, COMPLETION_WAIT_MS, progress);
    const { state, received, length } = result.upload;
    describe(response, state === 'receiving' ? await this.prefixes.contiguousEnd(uploadId) : received, length);
    response.status(statusOf(result));
    discardRest(request, response);
    return result;
  }

  private async take(uploadId: string, { request, caller, limits }: Incoming, find: FindRange): Promise<Taken> {
    const { server } = this.configuration;
    refuseEncoding(request.headers);
    const digests = contentDigests(request.headers);
    const upload = await this.uploads.findToGoOn(caller, uploadId);
    if (upload.state !== 'receiving') return { progress: null };
    const range = find(upload, announcedLength(request.headers), await this.prefixes.contiguousEnd(uploadId));
    const { content } = openBody(request, {
      ...server,
      maxBytes: range.most,
      tooLong: () => tooLong(upload, range, limits),
      batchBytes: batchBytesFor(this.slots.usedCount + 1),
      // Its checkpoints must not wait for a batch of a slow client, and a prefix stays when it vanishes.
      eager: range.kind === 'append',
    });
    const release = await this.slots.acquire();
    try {
      const check = digests === null ? null : new BodyDigest(digests);
      const { offset, length, kind } = range;
      const incoming = { offset, length, content, check, kind, begins: false, label: `${kind} at ${offset}` };
      const taken = await this.chunks.write(upload, incoming);
      if (taken === null) throw new ProblemError('upload-not-found', 'It was removed while this request arrived.');
      return taken;
    } finally {
      release();
    }
  }
}

function describe(response: Response, offset: number, length: number | null): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Upload-Offset', offset);
  if (length !== null) response.setHeader('Upload-Length', length);
}
