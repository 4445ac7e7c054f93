import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { purgeUploadsSchema, type Purged } from '@stowage/contract';
import type { Request } from 'express';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { freeCallerOf } from './upload-caller.js';
import { ALL_UPLOADS } from './upload-filter.js';
import { UploadPurge } from './upload-purge.service.js';
import { UploadScopes } from './upload-scopes.js';

/** Removes many unfinished uploads with one request. */
@Controller('api/uploads')
export class UploadPurgeController {
  constructor(
    private readonly uploads: UploadPurge,
    private readonly scopes: UploadScopes,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Post('purge')
  @HttpCode(200)
  async purge(@Req() request: Request): Promise<Purged> {
    const caller = freeCallerOf(request);
    const wanted = await readJson(request, purgeUploadsSchema, this.configuration.server);
    const { name = null, idleFor, dryRun } = wanted;
    return this.uploads.purge({ ...ALL_UPLOADS, ...(await this.scopes.of(caller, wanted)), name }, idleFor, dryRun);
  }
}
