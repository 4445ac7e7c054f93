import { Controller, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { createUploadSchema, type UploadResult, type UploadStatus } from '@stowage/contract';
import type { Request, Response } from 'express';
import { UploadGrants } from '../../../identity/upload-grants.js';
import { CONFIGURATION } from '../../../platform/config/config.module.js';
import type { Configuration } from '../../../platform/config/configuration.js';
import { readJson } from '../../../platform/http/json-body.js';
import { callerOf, freeCallerOf } from '../../upload-caller.js';
import { UploadSpaces } from '../../upload-spaces.js';
import { idempotencyKey } from './rest-headers.js';
import { RestIntake, type Incoming } from './rest-intake.js';
import { restKey, uploadRequest } from './rest-plan.js';

/** Uploads from bytes as they are: begun with JSON, then sent by chunk, by range or as appends. */
@Controller('api/uploads')
export class RestController {
  constructor(
    private readonly intake: RestIntake,
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
    const { status, isNew } = await this.intake.begin(plan, '/api/uploads', request, response);
    const grant = isNew && session !== null ? await this.grants.issue(status.upload.id, owner, session) : null;
    return grant === null ? status : { ...status, grant };
  }

  @Put(':id/chunks/:index')
  chunk(
    @Param('id') id: string,
    @Param('index') index: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadResult> {
    return this.intake.chunk(this.incoming(id, request, response), index);
  }

  @Put(':id/bytes')
  bytes(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadResult> {
    return this.intake.bytes(this.incoming(id, request, response));
  }

  @Patch(':id')
  append(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadResult> {
    return this.intake.append(this.incoming(id, request, response));
  }

  private incoming(id: string, request: Request, response: Response): Incoming {
    return { id, caller: callerOf(request), limits: this.configuration.limits, request, response };
  }
}
