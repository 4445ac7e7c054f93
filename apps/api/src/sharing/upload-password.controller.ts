import { Controller, Get, Header, HttpCode, Inject, Param, Put, Req } from '@nestjs/common';
import { setUploadPasswordSchema, type Permission, type UploadPassword } from '@stowage/contract';
import type { Request } from 'express';
import { UploadPasswordLedger } from '../entries/upload-password-ledger.js';
import { PasswordHasher } from '../identity/password-hasher.js';
import { checkNewPassword } from '../identity/password-policy.js';
import { whoAsks } from '../identity/principal.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { ourId } from '../platform/http/our-id.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { checkIn } from '../spaces/space-access.js';
import { LinkLedger } from './link-ledger.js';

/** The password that uploads into a folder or a space want. */
@Controller('api/entries/:id/upload-password')
export class UploadPasswordController {
  constructor(
    private readonly targets: LinkLedger,
    private readonly ledger: UploadPasswordLedger,
    private readonly hasher: PasswordHasher,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async look(@Param('id') id: string, @Req() request: Request): Promise<UploadPassword> {
    const { spaceId } = await this.folder(id, request, 'uploads:write');
    const lock = await this.ledger.lockOf({ spaceId, folderId: id === spaceId ? null : id, folders: [] });
    return { wanted: lock !== null, from: lock?.id ?? null };
  }

  @Put()
  @HttpCode(204)
  async set(@Param('id') id: string, @Req() request: Request): Promise<void> {
    await this.folder(id, request, 'space:manage');
    const { password } = await readJson(request, setUploadPasswordSchema, this.configuration.server);
    if (password !== null) await checkNewPassword(password, 'stowage');
    const hash = password === null ? null : await this.hasher.hash(password);
    if (!(await this.ledger.set(id, hash))) throw entryNotFound();
  }

  private async folder(id: string, request: Request, permission: Permission): Promise<{ readonly spaceId: string }> {
    const target = await this.targets.target(ourId(id, 'entry-not-found', 'Nothing has such an id.'));
    if (target === null) throw entryNotFound();
    checkIn(whoAsks(request), permission, target.spaceId, entryNotFound);
    if (target.kind === 'file') throw new ProblemError('not-a-folder', 'Nothing is uploaded into a file.');
    return target;
  }
}

function entryNotFound(): ProblemError {
  return new ProblemError('entry-not-found', 'It may have been deleted.');
}
