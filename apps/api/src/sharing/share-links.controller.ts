import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { changeLinkSchema, createLinkSchema, type Link, type LinkAccessList, type LinkList } from '@stowage/contract';
import type { Request } from 'express';
import { whoAsks } from '../identity/principal.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { parseCursor, printCursor } from '../platform/http/cursor.js';
import { readJson } from '../platform/http/json-body.js';
import { ourId } from '../platform/http/our-id.js';
import { parseQuery } from '../platform/http/query.js';
import { LinkLedger, type AccessRow } from './link-ledger.js';
import { listAccessesQuery, listLinksQuery } from './share-links.routes.js';
import { ShareLinks } from './share-links.service.js';

/** Links that lead into spaces, for those who manage them. */
@Controller('api/share-links')
export class ShareLinksController {
  constructor(
    private readonly links: ShareLinks,
    private readonly ledger: LinkLedger,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  async list(@Query() query: unknown, @Req() request: Request): Promise<LinkList> {
    const { space, entry, limit, cursor } = parseQuery(listLinksQuery, query);
    const principal = whoAsks(request);
    const where =
      entry === undefined
        ? { spaceId: await this.links.space(principal, space ?? ''), entryId: null }
        : { spaceId: (await this.links.target(principal, entry)).spaceId, entryId: entry };
    const rows = await this.ledger.page(where, limit, cursor === undefined ? null : parseCursor(cursor));
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      links: shown.map((row) => this.links.viewOf(row)),
      next: last === undefined ? null : printCursor({ createdAt: last.cursor_at, id: last.id }),
    };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  async create(@Req() request: Request): Promise<Link> {
    const wanted = await readJson(request, createLinkSchema, this.configuration.server);
    return this.links.create(whoAsks(request), wanted);
  }

  @Get(':id')
  @Header('Cache-Control', 'no-store')
  one(@Param('id') id: string, @Req() request: Request): Promise<Link> {
    return this.links.find(whoAsks(request), ours(id));
  }

  @Patch(':id')
  @Header('Cache-Control', 'no-store')
  async change(@Param('id') id: string, @Req() request: Request): Promise<Link> {
    const principal = whoAsks(request);
    // Whether it is theirs is known before a body is read.
    await this.links.find(principal, ours(id));
    const changes = await readJson(request, changeLinkSchema, this.configuration.server);
    return this.links.change(principal, id, changes);
  }

  @Delete(':id')
  @HttpCode(204)
  revoke(@Param('id') id: string, @Req() request: Request): Promise<void> {
    return this.links.revoke(whoAsks(request), ours(id));
  }

  @Get(':id/accesses')
  @Header('Cache-Control', 'no-store')
  async accesses(@Param('id') id: string, @Query() query: unknown, @Req() request: Request): Promise<LinkAccessList> {
    const { limit, cursor } = parseQuery(listAccessesQuery, query);
    const link = await this.links.find(whoAsks(request), ours(id));
    const rows = await this.ledger.accesses(link.id, limit, cursor ?? null);
    const shown = rows.slice(0, limit);
    return { accesses: shown.map(accessOf), next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
  }
}

function ours(id: string): string {
  return ourId(id, 'link-not-found', 'It never was one of a space that you are in.');
}

function accessOf({ at, action, name, sender, network }: AccessRow) {
  return { at: at.toISOString(), action, name, sender, network };
}
