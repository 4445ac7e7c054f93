import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  MAX_NAME_BYTES,
  MAX_PATH_BYTES,
  MAX_PATH_DEPTH,
  completeUploadSchema,
  type Limits,
  type UploadDigests,
  type UploadList,
  type UploadResult,
  type UploadStatus,
} from '@stowage/contract';
import type { Request, Response } from 'express';
import { SHARED_OWNER } from '../identity/principal.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { parseCursor } from '../platform/http/cursor.js';
import { readJson } from '../platform/http/json-body.js';
import { parseQuery } from '../platform/http/query.js';
import { COMPLETION_WAIT_MS, statusOf } from './result-status.js';
import { UploadDigestPages } from './upload-digest-pages.js';
import { UploadChanges } from './upload-changes.service.js';
import { ours } from './upload-id.js';
import { UploadListing } from './upload-listing.js';
import { digestsQuery, listUploadsQuery } from './upload.routes.js';
import { UploadService } from './upload.service.js';

/** For clients without wishes of their own: a sync and a row cost little beside 8 MiB, and a fault repeats no more. */
const RECOMMENDED_CHUNK_SIZE = 8 * 1024 * 1024;
const RECOMMENDED_PARALLEL_CHUNKS = 4;

/** Uploads as JSON: list, status, cancel; and what this server accepts. */
@Controller('api')
export class UploadController {
  constructor(
    private readonly uploads: UploadService,
    private readonly changes: UploadChanges,
    private readonly listing: UploadListing,
    private readonly digestPages: UploadDigestPages,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get('uploads')
  list(@Query() query: unknown): Promise<UploadList> {
    const { state, dzuuid, limit, cursor } = parseQuery(listUploadsQuery, query);
    const after = cursor === undefined ? null : parseCursor(cursor);
    return this.listing.page(SHARED_OWNER, { states: state, clientKey: dzuuid ?? null }, limit, after);
  }

  @Get('uploads/:id')
  async status(@Param('id') id: string, @Res({ passthrough: true }) response: Response): Promise<UploadStatus> {
    const status = await this.uploads.status(ours(id));
    const { length } = status.upload;
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Upload-Offset', status.offset);
    if (length !== null) response.setHeader('Upload-Length', length);
    return status;
  }

  @Get('uploads/:id/digests')
  @Header('Cache-Control', 'no-store')
  digests(@Param('id') id: string, @Query() query: unknown): Promise<UploadDigests> {
    return this.digestPages.page(ours(id), parseQuery(digestsQuery, query).from);
  }

  @Post('uploads/:id/complete')
  async complete(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadResult> {
    const changes = await readJson(request, completeUploadSchema, this.configuration.server, {});
    const result = await this.changes.complete(ours(id), changes, COMPLETION_WAIT_MS);
    response.status(statusOf(result));
    response.setHeader('Cache-Control', 'no-store');
    return result;
  }

  @Post('uploads/:id/extend')
  @HttpCode(200)
  extend(@Param('id') id: string): Promise<UploadStatus> {
    return this.changes.extend(ours(id));
  }

  @Delete('uploads/:id')
  @HttpCode(204)
  cancel(@Param('id') id: string): Promise<void> {
    return this.uploads.cancel(ours(id));
  }

  @Get('limits')
  limits(): Limits {
    const { maxFileSize, maxChunkSize, maxChunks } = this.configuration.limits;
    return {
      maxFileSize,
      minChunkSize: 1,
      maxChunkSize,
      recommendedChunkSize: Math.min(RECOMMENDED_CHUNK_SIZE, maxChunkSize),
      recommendedParallelChunks: RECOMMENDED_PARALLEL_CHUNKS,
      maxChunks,
      maxNameBytes: MAX_NAME_BYTES,
      maxPathBytes: MAX_PATH_BYTES,
      maxPathDepth: MAX_PATH_DEPTH,
    };
  }
}
