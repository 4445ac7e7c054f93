import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { UploadResult } from '@stowage/contract';
import type { Request, Response } from 'express';
import { UploadGrants } from '../../../identity/upload-grants.js';
import { CONFIGURATION } from '../../../platform/config/config.module.js';
import type { Configuration } from '../../../platform/config/configuration.js';
import { discardRest } from '../../../platform/http/discard-rest.js';
import { COMPLETION_WAIT_MS, statusOf } from '../../result-status.js';
import { callerOf, type UploadCaller } from '../../upload-caller.js';
import { UploadSpaces } from '../../upload-spaces.js';
import { UploadService, type UploadRequest } from '../../upload.service.js';
import type { DropzoneForm } from './dropzone-form.js';
import { FormIntake, wishOf } from './form-intake.js';

/** The form that Dropzone posts, one chunk each; without its fields, a plain form with one file. */
@Controller()
export class DropzoneController {
  constructor(
    private readonly uploads: UploadService,
    private readonly forms: FormIntake,
    private readonly grants: UploadGrants,
    private readonly spaces: UploadSpaces,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Post(['upload', 'uploads'])
  post(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<UploadResult> {
    const caller = callerOf(request);
    const { limits } = this.configuration;
    const target = { limits, only: caller.only, plan: (form: DropzoneForm) => this.plan(form, caller) };
    return this.forms.receive(request, target, async ({ id, progress, begins }) => {
      // What its upload goes on with when nobody is signed in any more; null when it has one, or needs none.
      const grant =
        begins && caller.session !== null ? await this.grants.issue(id, caller.owner, caller.session) : null;
      const result = await this.uploads.result(id, COMPLETION_WAIT_MS, progress);
      response.status(statusOf(result));
      response.setHeader('Cache-Control', 'no-store');
      discardRest(request, response);
      return grant === null ? result : { ...result, grant };
    });
  }

  private async plan(form: DropzoneForm, caller: UploadCaller): Promise<UploadRequest> {
    const base = await this.spaces.choose(caller, form, form.chunk?.key ?? null);
    return { ...base, owner: caller.owner, ...wishOf(form) };
  }
}
