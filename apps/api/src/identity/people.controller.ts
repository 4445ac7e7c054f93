import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import {
  changePersonSchema,
  inviteSchema,
  type Invited,
  type PasswordLink,
  type Person,
  type PersonList,
} from '@stowage/contract';
import type { Request } from 'express';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { ourId } from '../platform/http/our-id.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import { PeopleLedger } from './people-ledger.js';
import { PeopleService } from './people.service.js';
import { listPeopleQuery } from './people.routes.js';
import { principalOf } from './principal.js';

/** Accounts, for those who manage the server. */
@Controller('api/accounts')
export class PeopleController {
  constructor(
    private readonly people: PeopleService,
    private readonly ledger: PeopleLedger,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async list(@Query() query: unknown): Promise<PersonList> {
    const { limit, cursor } = parseQuery(listPeopleQuery, query);
    const { people, next } = await this.ledger.page(limit, cursor ?? null);
    return { accounts: people, next: next === null ? null : Buffer.from(next).toString('base64url') };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  async invite(@Req() request: Request): Promise<Invited> {
    // The first account is made with the set-up link, or nobody would be its admin.
    if (principalOf(request)?.access === 'open') {
      throw new ProblemError('account-needed', 'Make the first account with the link that the start has told.');
    }
    return this.people.invite(await readJson(request, inviteSchema, this.configuration.server));
  }

  @Patch(':id')
  async change(@Param('id') id: string, @Req() request: Request): Promise<Person> {
    return this.people.change(ofAccount(id), await readJson(request, changePersonSchema, this.configuration.server));
  }

  @Delete(':id')
  @HttpCode(204)
  withdraw(@Param('id') id: string): Promise<void> {
    return this.people.withdraw(ofAccount(id));
  }

  @Post(':id/link')
  @Header('Cache-Control', 'no-store')
  link(@Param('id') id: string): Promise<PasswordLink> {
    return this.people.offerLink(ofAccount(id));
  }
}

function ofAccount(id: string): string {
  return ourId(id, 'account-not-found', 'It may have been withdrawn.');
}
