import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { FORM_FIELDS, sendUploadSchema, type SentResult, type SentStatus, type UploadResult } from '@stowage/contract';
import type { Request, Response } from 'express';
import { networkOf } from '../../identity/networks.js';
import { linkOf } from '../../identity/principal.js';
import { CONFIGURATION } from '../../platform/config/config.module.js';
import type { Configuration } from '../../platform/config/configuration.js';
import { discardRest } from '../../platform/http/discard-rest.js';
import { readJson } from '../../platform/http/json-body.js';
import { FormIntake, wishOf, type FormTarget } from '../protocols/dropzone/form-intake.js';
import { idempotencyKey } from '../protocols/rest/rest-headers.js';
import { RestIntake, type Incoming } from '../protocols/rest/rest-intake.js';
import { uploadRequest } from '../protocols/rest/rest-plan.js';
import { COMPLETION_WAIT_MS, statusOf } from '../result-status.js';
import { callerOf } from '../upload-caller.js';
import { UploadChanges } from '../upload-changes.service.js';
import { ours } from '../upload-id.js';
import { UploadService } from '../upload.service.js';
import { limitsOf, planOf, senderOf } from './request-plan.js';
import { sentRefusal, sentResult, sentStatus } from './sent-view.js';

/** Uploads by a file request: the same protocols, under its address. The guard has looked at the link and its password. */
@Controller('r/:slug')
export class RequestsController {
  constructor(
    private readonly uploads: UploadService,
    private readonly changes: UploadChanges,
    private readonly forms: FormIntake,
    private readonly rest: RestIntake,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Post('upload')
  form(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<SentResult> {
    return told(this.receiveForm(request, response));
  }

  /** A form, as everywhere else at this address; or JSON, which begins an upload whose bytes follow. */
  @Post('uploads')
  post(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<SentResult | SentStatus> {
    const isForm = /^multipart\//iu.test(request.headers['content-type'] ?? '');
    return told(isForm ? this.receiveForm(request, response) : this.create(request, response));
  }

  @Put('uploads/:id/chunks/:index')
  chunk(
    @Param('id') id: string,
    @Param('index') index: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SentResult> {
    return told(this.describe(this.rest.chunk(this.incoming(id, request, response), index)));
  }

  @Put('uploads/:id/bytes')
  bytes(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SentResult> {
    return told(this.describe(this.rest.bytes(this.incoming(id, request, response))));
  }

  @Patch('uploads/:id')
  append(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SentResult> {
    return told(this.describe(this.rest.append(this.incoming(id, request, response))));
  }

  @Get('uploads/:id')
  async status(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SentStatus> {
    const { id: uploadId } = await this.uploads.findFor(callerOf(request), ours(id));
    const status = sentStatus(await this.uploads.status(uploadId));
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Upload-Offset', status.offset);
    if (status.upload.length !== null) response.setHeader('Upload-Length', status.upload.length);
    return status;
  }

  @Post('uploads/:id/complete')
  @Header('Cache-Control', 'no-store')
  async complete(
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SentResult> {
    const upload = await this.uploads.findToGoOn(callerOf(request), ours(id));
    const result = await told(this.changes.complete(upload.id, {}, COMPLETION_WAIT_MS));
    response.status(statusOf(result));
    discardRest(request, response);
    return sentResult(result, upload.name);
  }

  @Delete('uploads/:id')
  @HttpCode(204)
  async cancel(@Param('id') id: string, @Req() request: Request): Promise<void> {
    const { id: uploadId } = await this.uploads.findFor(callerOf(request), ours(id));
    await this.uploads.cancel(uploadId);
  }

  private receiveForm(request: Request, response: Response): Promise<SentResult> {
    const { link } = linkOf(request);
    const target: FormTarget = {
      ...{ limits: limitsOf(link, this.configuration.limits), only: null },
      plan: (form, fields) => {
        const sender = senderOf(fields.get(FORM_FIELDS.sender));
        const sending = { sender, network: networkOf(request.ip ?? ''), key: form.chunk?.key ?? null };
        return Promise.resolve(planOf(link, wishOf(form), sending));
      },
    };
    return this.forms.receive(request, target, async ({ id, progress }) => {
      const result = await this.uploads.result(id, COMPLETION_WAIT_MS, progress);
      response.status(statusOf(result));
      response.setHeader('Cache-Control', 'no-store');
      discardRest(request, response);
      return this.describe(Promise.resolve(result));
    });
  }

  private async create(request: Request, response: Response): Promise<SentStatus> {
    const { link } = linkOf(request);
    const { server, limits } = this.configuration;
    const key = idempotencyKey(request.headers);
    const { sender = null, ...wanted } = await readJson(request, sendUploadSchema, server);
    const place = { owner: callerOf(request).owner, spaceId: link.space, folderId: link.entry };
    const wish = uploadRequest({ ...wanted, conflict: 'rename' }, place, key, limitsOf(link, limits));
    const plan = planOf(link, wish, { sender, network: networkOf(request.ip ?? ''), key });
    const { status } = await this.rest.begin(plan, `/r/${link.slug}/uploads`, request, response);
    return sentStatus(status);
  }

  private incoming(id: string, request: Request, response: Response): Incoming {
    const limits = limitsOf(linkOf(request).link, this.configuration.limits);
    return { id, caller: callerOf(request), limits, request, response };
  }

  /** The name of a file is that of its upload. */
  private async describe(result: Promise<UploadResult>): Promise<SentResult> {
    const made = await result;
    const name = made.file === undefined ? '' : (await this.uploads.find(made.upload.id)).name;
    return sentResult(made, name);
  }
}

/** What a sender is told when it fails. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw sentRefusal(error);
  }
}
