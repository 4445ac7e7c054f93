import { Controller, Delete, Get, HttpCode, Inject, Param, Query } from '@nestjs/common';
import {
  DEFAULT_PAGE_SIZE,
  ID_PATTERN,
  MAX_NAME_BYTES,
  MAX_PAGE_SIZE,
  MAX_PATH_BYTES,
  MAX_PATH_DEPTH,
  UUID_FIELD_PATTERN,
  uploadStateSchema,
  type Limits,
  type UploadList,
  type UploadStatus,
} from '@stowage/contract';
import { z } from 'zod';
import { BUILT_IN_PRINCIPAL } from '../identity/principal.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { parseCursor } from '../platform/http/cursor.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import { UploadListing } from './upload-listing.js';
import { UploadService } from './upload.service.js';

/** For clients without wishes of their own: a sync and a row cost little beside 8 MiB, and a fault repeats no more. */
const RECOMMENDED_CHUNK_SIZE = 8 * 1024 * 1024;
const RECOMMENDED_PARALLEL_CHUNKS = 4;

const listQuery = z.strictObject({
  /** One state, or several separated by commas. */
  state: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(uploadStateSchema).max(10))
    .default([]),
  dzuuid: z.string().regex(UUID_FIELD_PATTERN).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
  cursor: z.string().max(200).optional(),
});

/** Uploads as JSON: list, status, cancel; and what this server accepts. */
@Controller('api')
export class UploadController {
  constructor(
    private readonly uploads: UploadService,
    private readonly listing: UploadListing,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get('uploads')
  list(@Query() query: unknown): Promise<UploadList> {
    const { state, dzuuid, limit, cursor } = parseQuery(listQuery, query);
    const after = cursor === undefined ? null : parseCursor(cursor);
    return this.listing.page(BUILT_IN_PRINCIPAL.id, { states: state, clientKey: dzuuid ?? null }, limit, after);
  }

  @Get('uploads/:id')
  status(@Param('id') id: string): Promise<UploadStatus> {
    return this.uploads.status(ours(id));
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

/** Nothing that is no id of ours is looked up. */
export function ours(id: string): string {
  if (!ID_PATTERN.test(id)) throw new ProblemError('upload-not-found', 'This is not the id of an upload.');
  return id;
}
