import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import {
  addMemberSchema,
  changeMemberSchema,
  changeSpaceSchema,
  createSpaceSchema,
  type Member,
  type MemberList,
  type Permission,
  type Space,
  type SpaceList,
} from '@stowage/contract';
import type { Request } from 'express';
import { accountOf, whoAsks } from '../identity/principal.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { ourId } from '../platform/http/our-id.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import { MemberLedger } from './member-ledger.js';
import { MembersService } from './members.service.js';
import { spaceFor } from './space-access.js';
import { printSpaceCursor, printTextCursor } from './space-cursor.js';
import type { SpacePage } from './space-ledger.js';
import { listMembersQuery, listSpacesQuery } from './spaces.routes.js';
import { SpacesService } from './spaces.service.js';

/** Spaces, and who is in them. */
@Controller('api')
export class SpacesController {
  constructor(
    private readonly spaces: SpacesService,
    private readonly members: MembersService,
    private readonly ledger: MemberLedger,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get('spaces')
  @Header('Cache-Control', 'no-store')
  async list(@Query() query: unknown, @Req() request: Request): Promise<SpaceList> {
    const { limit, cursor } = parseQuery(listSpacesQuery, query);
    return listOf(await this.spaces.page(whoAsks(request), limit, cursor ?? null));
  }

  @Get('admin/spaces')
  @Header('Cache-Control', 'no-store')
  async all(@Query() query: unknown, @Req() request: Request): Promise<SpaceList> {
    const { limit, cursor } = parseQuery(listSpacesQuery, query);
    return listOf(await this.spaces.all(whoAsks(request), limit, cursor ?? null));
  }

  @Post('spaces')
  async create(@Req() request: Request): Promise<Space> {
    const wanted = await readJson(request, createSpaceSchema, this.configuration.server);
    return this.spaces.create(whoAsks(request), wanted);
  }

  @Get('spaces/:id')
  @Header('Cache-Control', 'no-store')
  one(@Param('id') id: string, @Req() request: Request): Promise<Space> {
    return this.spaces.find(whoAsks(request), theirs(request, 'self', id));
  }

  @Patch('spaces/:id')
  async change(@Param('id') id: string, @Req() request: Request): Promise<Space> {
    const space = theirs(request, 'space:manage', id);
    const changes = await readJson(request, changeSpaceSchema, this.configuration.server);
    return this.spaces.change(whoAsks(request), space, changes);
  }

  @Get('spaces/:id/members')
  @Header('Cache-Control', 'no-store')
  async listMembers(@Param('id') id: string, @Query() query: unknown, @Req() request: Request): Promise<MemberList> {
    const { limit, cursor } = parseQuery(listMembersQuery, query);
    const space = theirs(request, 'files:read', id);
    // Of one that is not there, nobody can be a member.
    await this.spaces.find(whoAsks(request), space);
    const { members, next } = await this.ledger.page(space, limit, cursor ?? '');
    return { members, next: next === null ? null : printTextCursor(next) };
  }

  @Post('spaces/:id/members')
  async addMember(@Param('id') id: string, @Req() request: Request): Promise<Member> {
    const space = theirs(request, 'space:manage', id);
    return this.members.add(space, await readJson(request, addMemberSchema, this.configuration.server));
  }

  @Patch('spaces/:id/members/:account')
  async changeMember(
    @Param('id') id: string,
    @Param('account') account: string,
    @Req() request: Request,
  ): Promise<Member> {
    const space = theirs(request, 'space:manage', id);
    const { role } = await readJson(request, changeMemberSchema, this.configuration.server);
    return this.members.change(space, ofMember(account), role);
  }

  @Delete('spaces/:id/members/:account')
  @HttpCode(204)
  async removeMember(
    @Param('id') id: string,
    @Param('account') account: string,
    @Req() request: Request,
  ): Promise<void> {
    await this.members.remove(theirs(request, 'space:manage', id), ofMember(account));
  }

  /** Leaving needs nobody's leave. */
  @Delete('spaces/:id/membership')
  @HttpCode(204)
  async leave(@Param('id') id: string, @Req() request: Request): Promise<void> {
    const space = theirs(request, 'self', id);
    const account = accountOf(whoAsks(request));
    if (account === null) throw new ProblemError('account-needed', 'Without an account you are a member of no space.');
    await this.members.remove(space, account.id);
  }
}

/** The id of a space in which whoever asks may do something. */
function theirs(request: Request, permission: Permission, id: string): string {
  return spaceFor(whoAsks(request), permission, id);
}

function ofMember(id: string): string {
  return ourId(id, 'member-not-found', 'No account has such an id.');
}

function listOf({ spaces, next }: SpacePage): SpaceList {
  return { spaces, next: printSpaceCursor(next) };
}
