import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { changeEntrySchema, restoreEntrySchema, type Entry } from '@stowage/contract';
import type { Request } from 'express';
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
  @HttpCode(204)
  async delete(@Param('id') id: string, @Query() query: unknown, @Req() request: Request): Promise<void> {
    const { permanent } = parseQuery(deleteFileQuery, query);
    const entry = ourEntry(id);
    if (permanent === 'true') await this.entries.purge(whoAsks(request), entry);
    else await this.entries.trash(whoAsks(request), entry);
  }

  @Post(':id/restore')
  @HttpCode(200)
  async restore(@Param('id') id: string, @Req() request: Request): Promise<Entry> {
    const entry = ourEntry(id);
    const wanted = await readJson(request, restoreEntrySchema, this.configuration.server, {});
    return this.entries.restore(whoAsks(request), entry, wanted);
  }
}
