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
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { parseCursor } from '../platform/http/cursor.js';
import { readJson } from '../platform/http/json-body.js';
import { parseQuery } from '../platform/http/query.js';
import { COMPLETION_WAIT_MS, statusOf } from './result-status.js';
import { callerOf, freeCallerOf } from './upload-caller.js';
import { UploadDigestPages } from './upload-digest-pages.js';
import { UploadChanges } from './upload-changes.service.js';
import { ours } from './upload-id.js';
import { UploadListing } from './upload-listing.js';
import { UploadScopes } from './upload-scopes.js';
import { digestsQuery, listUploadsQuery } from './upload.routes.js';
import { UploadPasswords } from './upload-passwords.js';
import { UploadService } from './upload.service.js';
import { UploadSpaces } from './upload-spaces.js';

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
    private readonly spaces: UploadSpaces,
    private readonly scopes: UploadScopes,
    private readonly passwords: UploadPasswords,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get('uploads')
  @Header('Cache-Control', 'no-store')
  async list(@Query() query: unknown, @Req() request: Request): Promise<UploadList> {
    const { state, dzuuid, idleFor, name, limit, cursor, ...wanted } = parseQuery(listUploadsQuery, query);
    const after = cursor === undefined ? null : parseCursor(cursor);
    const whose = await this.scopes.of(freeCallerOf(request), wanted);
    const narrowed = { states: state, clientKey: dzuuid ?? null, idleSeconds: idleFor ?? null, name: name ?? null };
    return this.listing.page({ ...whose, ...narrowed }, limit, after);
  }

  @Get('uploads/:id')
  async status(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadStatus> {
    const status = await this.uploads.status(await this.theirs(request, id));
    const { length } = status.upload;
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Upload-Offset', status.offset);
    if (length !== null) response.setHeader('Upload-Length', length);
    return status;
  }

  @Get('uploads/:id/digests')
  @Header('Cache-Control', 'no-store')
  async digests(@Param('id') id: string, @Query() query: unknown, @Req() request: Request): Promise<UploadDigests> {
    const { from } = parseQuery(digestsQuery, query);
    return this.digestPages.page(await this.theirs(request, id), from);
  }

  @Post('uploads/:id/complete')
  async complete(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadResult> {
    const { folder, ...changes } = await readJson(request, completeUploadSchema, this.configuration.server, {});
    const caller = callerOf(request);
    const upload = await this.uploads.findToGoOn(caller, ours(id));
    const folderId = folder === undefined ? undefined : await this.spaces.another(caller, upload, folder);
    const goal = { spaceId: upload.spaceId, folderId: folderId ?? null, path: changes.path ?? upload.path };
    if (folderId === undefined) goal.folderId = upload.folderId;
    // Another folder may want a password that nobody has shown yet.
    if (goal.folderId !== upload.folderId || goal.path !== upload.path) await this.passwords.check(goal, request);
    const result = await this.changes.complete(upload.id, { ...changes, folderId }, COMPLETION_WAIT_MS);
    response.status(statusOf(result));
    response.setHeader('Cache-Control', 'no-store');
    return result;
  }

  @Post('uploads/:id/extend')
  @HttpCode(200)
  async extend(@Param('id') id: string, @Req() request: Request): Promise<UploadStatus> {
    return this.changes.extend(await this.toGoOn(request, id));
  }

  @Delete('uploads/:id')
  @HttpCode(204)
  async cancel(@Param('id') id: string, @Req() request: Request): Promise<void> {
    return this.uploads.cancel(await this.theirs(request, id));
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

  /** The id of an upload that whoever asks may know of. */
  private async theirs(request: Request, id: string): Promise<string> {
    return (await this.uploads.findFor(callerOf(request), ours(id))).id;
  }

  /** The same, where whoever asks still may put its file into its space. */
  private async toGoOn(request: Request, id: string): Promise<string> {
    return (await this.uploads.findToGoOn(callerOf(request), ours(id))).id;
  }
}
