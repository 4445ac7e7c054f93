import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { changeEntrySchema, restoreEntrySchema, type Entry, type Operation } from '@stowage/contract';
import type { Request, Response } from 'express';
import { roleIn, whoAsks } from '../identity/principal.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { parseQuery } from '../platform/http/query.js';
import { deleteFileQuery } from './files.routes.js';
import { EntriesService } from './entries.service.js';
import { EntryListing } from './entry-listing.js';
import { ourEntry } from './entry-ids.js';
import { entryNotFound } from './tree-refusals.js';

/** Files and folders alike, in the trash and out of it. */
@Controller('api/entries')
export class EntriesController {
  constructor(
    private readonly entries: EntriesService,
    private readonly listing: EntryListing,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get(':id')
  @Header('Cache-Control', 'no-store')
  async one(@Param('id') id: string, @Req() request: Request): Promise<Entry> {
    const found = await this.listing.find(ourEntry(id));
    if (found === null || roleIn(whoAsks(request), found.entry.space) === null) throw entryNotFound();
    return found.entry;
  }

  @Patch(':id')
  async change(@Param('id') id: string, @Req() request: Request): Promise<Entry> {
    const entry = ourEntry(id);
    const changes = await readJson(request, changeEntrySchema, this.configuration.server);
    return this.entries.change(whoAsks(request), entry, changes);
  }

  @Delete(':id')
  async delete(
    @Param('id') id: string,
    @Query() query: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Operation | undefined> {
    const { permanent } = parseQuery(deleteFileQuery, query);
    const entry = ourEntry(id);
    const operation =
      permanent === 'true'
        ? await this.entries.purge(whoAsks(request), entry)
        : await this.entries.trash(whoAsks(request), entry);
    response.status(operation === null ? 204 : 202);
    if (operation === null) return undefined;
    response.setHeader('Location', `/api/operations/${operation.id}`);
    return operation;
  }

  @Post(':id/restore')
  @HttpCode(200)
  async restore(@Param('id') id: string, @Req() request: Request): Promise<Entry> {
    const entry = ourEntry(id);
    const wanted = await readJson(request, restoreEntrySchema, this.configuration.server, {});
    return this.entries.restore(whoAsks(request), entry, wanted);
  }
}
