import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { MAX_TOKENS, createApiTokenSchema, type Account, type ApiTokenList, type NewApiToken } from '@stowage/contract';
import type { Request } from 'express';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { ourId } from '../platform/http/our-id.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { permits, principalOf, roleIn } from './principal.js';
import { TokenLedger } from './token-ledger.js';

/** Tokens by which programs act for whoever is signed in. */
@Controller('api/tokens')
export class TokensController {
  constructor(
    private readonly tokens: TokenLedger,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async list(@Req() request: Request): Promise<ApiTokenList> {
    return { tokens: await this.tokens.list(accountOf(request).id) };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  async create(@Req() request: Request): Promise<NewApiToken> {
    const account = accountOf(request);
    const wanted = await readJson(request, createApiTokenSchema, this.configuration.server);
    const principal = principalOf(request);
    if (principal === null || wanted.scopes.some((scope) => !permits(principal, scope))) {
      throw new ProblemError('not-permitted', 'A token can do no more than its account.');
    }
    if (wanted.spaces?.some((space) => roleIn(principal, space) === null) === true) {
      throw new ProblemError('space-not-found', 'A token is for spaces that its account is in.');
    }
    if (wanted.spaces !== null && wanted.scopes.includes('admin')) {
      throw new ProblemError('invalid-request', 'A token that manages the server cannot be limited to spaces.');
    }
    if (wanted.expiresAt !== null && Date.parse(wanted.expiresAt) <= Date.now()) {
      throw new ProblemError('invalid-request', 'expiresAt lies in the past.');
    }
    const made = await this.tokens.add(account.id, wanted);
    if (made === null) {
      throw new ProblemError('too-many-tokens', `It can have ${MAX_TOKENS}. Revoke those that nobody uses.`);
    }
    return made;
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@Req() request: Request, @Param('id') id: string): Promise<void> {
    const detail = 'It was revoked, or never was one of yours.';
    const revoked = await this.tokens.revoke(accountOf(request).id, ourId(id, 'token-not-found', detail));
    if (!revoked) throw new ProblemError('token-not-found', detail);
  }
}

function accountOf(request: Request): Account {
  const principal = principalOf(request);
  if (principal?.access !== 'account')
    throw new ProblemError('account-needed', 'Sign in with name and password first.');
  return principal.account;
}
