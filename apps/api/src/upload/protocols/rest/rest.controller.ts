import { Controller, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { createUploadSchema, type UploadResult, type UploadStatus } from '@stowage/contract';
import type { Request, Response } from 'express';
import { UploadGrants } from '../../../identity/upload-grants.js';
import { CONFIGURATION } from '../../../platform/config/config.module.js';
import type { Configuration } from '../../../platform/config/configuration.js';
import { discardRest } from '../../../platform/http/discard-rest.js';
import { readJson } from '../../../platform/http/json-body.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { announcedLength, BODY_BATCH_BYTES, openBody } from '../../../platform/http/raw-body.js';
import { BodyDigest } from '../../body-digest.js';
import { ChunkService, type Taken } from '../../chunk.service.js';
import { PrefixFollower } from '../../prefix-follower.js';
import { RequestSlots } from '../../request-slots.js';
import { COMPLETION_WAIT_MS, statusOf } from '../../result-status.js';
import { callerOf, freeCallerOf } from '../../upload-caller.js';
import { ours } from '../../upload-id.js';
import { UploadSpaces } from '../../upload-spaces.js';
import { UploadService } from '../../upload.service.js';
import { contentDigests, idempotencyKey, refuseEncoding } from './rest-headers.js';
import { restKey, uploadRequest } from './rest-plan.js';
import { appendRange, chunkRange, namedRange, tooLong, type BodyRange, type Measures } from './rest-range.js';

/** Finds where a body goes; an append needs to know how far the upload is. */
type FindRange = (upload: Measures, announced: number | null, held: number) => BodyRange;

/** Uploads from bytes as they are: begun with JSON, then sent by chunk, by range or as appends. */
@Controller('api/uploads')
export class RestController {
  constructor(
    private readonly uploads: UploadService,
    private readonly chunks: ChunkService,
    private readonly prefixes: PrefixFollower,
    private readonly slots: RequestSlots,
    private readonly grants: UploadGrants,
    private readonly spaces: UploadSpaces,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Post()
  async create(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<UploadStatus> {
    const { limits, server } = this.configuration;
    const caller = freeCallerOf(request);
    const { owner, session } = caller;
    const key = idempotencyKey(request.headers);
    const wanted = await readJson(request, createUploadSchema, server);
    const { space = null, folder = null } = wanted;
    const base = await this.spaces.choose(caller, { space, folder }, key === null ? null : restKey(key));
    const plan = uploadRequest(wanted, { owner, ...base }, key, limits);
    // Again when the upload was removed between the two steps.
    for (let attempt = 0; attempt < 5; attempt++) {
      const { upload, isNew } = await this.uploads.begin(plan, true);
      response.setHeader('Location', `/api/uploads/${upload.id}`);
      if (upload.length === 0 && !(await this.chunks.writeNothing(upload, isNew))) continue;
      if (upload.length === 0) await this.uploads.result(upload.id, COMPLETION_WAIT_MS);
      response.status(isNew ? 201 : 200);
      const status = await this.uploads.status(upload.id);
      const grant = isNew && session !== null ? await this.grants.issue(upload.id, owner, session) : null;
      describe(response, status.offset, status.upload.length);
      return grant === null ? status : { ...status, grant };
    }
    throw new ProblemError('overloaded', 'The upload was removed as often as it was begun.', { retryAfter: 1 });
  }

  @Put(':id/chunks/:index')
  chunk(
    @Param('id') id: string,
    @Param('index') index: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadResult> {
    const { limits } = this.configuration;
    return this.receive(id, request, response, (upload, announced) => chunkRange(upload, index, announced, limits));
  }

  @Put(':id/bytes')
  bytes(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadResult> {
    const { limits } = this.configuration;
    return this.receive(id, request, response, (upload, announced) =>
      namedRange(upload, request.headers, announced, limits),
    );
  }

  @Patch(':id')
  append(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadResult> {
    const { limits } = this.configuration;
    return this.receive(id, request, response, (upload, announced, held) =>
      appendRange(upload, request.headers, announced, held, limits),
    );
  }

  /** Whatever can be refused is refused before a byte flows: a client that expects 100 Continue then sends none. */
  private async receive(id: string, request: Request, response: Response, find: FindRange): Promise<UploadResult> {
    const uploadId = ours(id);
    let progress: Taken['progress'];
    try {
      ({ progress } = await this.take(uploadId, request, find));
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

  private async take(uploadId: string, request: Request, find: FindRange): Promise<Taken> {
    const { limits, server } = this.configuration;
    refuseEncoding(request.headers);
    const digests = contentDigests(request.headers);
    const upload = await this.uploads.findToGoOn(callerOf(request), uploadId);
    if (upload.state !== 'receiving') return { progress: null };
    const range = find(upload, announcedLength(request.headers), await this.prefixes.contiguousEnd(uploadId));
    const { content } = openBody(request, {
      ...server,
      maxBytes: range.most,
      tooLong: () => tooLong(upload, range, limits),
      batchBytes: BODY_BATCH_BYTES,
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
