import { Controller, Get, Header } from '@nestjs/common';
import type { Usage } from '@stowage/contract';
import { SpaceQuota } from './space-quota.js';

/** How much is taken. */
@Controller('api/usage')
export class UsageController {
  constructor(private readonly quota: SpaceQuota) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  usage(): Promise<Usage> {
    return this.quota.usage();
  }
}
