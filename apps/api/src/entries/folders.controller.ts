import { Controller, Get, Header, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { createFolderSchema, type EntryList, type Folder, type FolderWithAncestors } from '@stowage/contract';
import type { Request, Response } from 'express';
import { whoAsks } from '../identity/principal.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { parseCursor } from '../platform/http/cursor.js';
import { readJson } from '../platform/http/json-body.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import { checkIn, spaceFor, spaceNotFound } from '../spaces/space-access.js';
import { listEntriesQuery, listTrashQuery } from './entries.routes.js';
import { EntriesService } from './entries.service.js';
import { parseEntryCursor } from './entry-cursor.js';
import { ourFolder } from './entry-ids.js';
import { EntryListing } from './entry-listing.js';
import { folderNotFound } from './tree-refusals.js';

/** Folders, what is in them, and what has been put into the trash. */
@Controller('api')
export class FoldersController {
  constructor(
    private readonly entries: EntriesService,
    private readonly listing: EntryListing,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Post('folders')
  async create(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Folder> {
    const principal = whoAsks(request);
    if (principal.access === 'grant') {
      throw new ProblemError('not-permitted', 'This secret is for one upload, to go on with it.');
    }
    const wanted = await readJson(request, createFolderSchema, this.configuration.server);
    const { folder, isNew } = await this.entries.createFolder(principal, wanted);
    response.status(isNew ? 201 : 200);
    response.setHeader('Location', `/api/folders/${folder.id}`);
    return folder;
  }

  @Get('folders/:id')
  @Header('Cache-Control', 'no-store')
  one(@Param('id') id: string, @Req() request: Request): Promise<FolderWithAncestors> {
    return this.found(id, request);
  }

  @Get('folders/:id/entries')
  @Header('Cache-Control', 'no-store')
  async list(@Param('id') id: string, @Query() query: unknown, @Req() request: Request): Promise<EntryList> {
    const { sort, order, limit, cursor } = parseQuery(listEntriesQuery, query);
    const how = { by: sort, direction: order } as const;
    const after = cursor === undefined ? null : parseEntryCursor(how, cursor);
    return this.listing.page(await this.found(id, request), how, limit, after);
  }

  @Get('spaces/:id/trash')
  @Header('Cache-Control', 'no-store')
  async trash(@Param('id') id: string, @Query() query: unknown, @Req() request: Request): Promise<EntryList> {
    const { limit, cursor } = parseQuery(listTrashQuery, query);
    const space = spaceFor(whoAsks(request), 'files:read', id);
    // Those who manage every space may have named one that is not there.
    if ((await this.listing.root(space)) === null) throw spaceNotFound();
    return this.listing.trash(space, limit, cursor === undefined ? null : parseCursor(cursor));
  }

  /** What is in a space of others is answered like what is not there. */
  private async found(id: string, request: Request): Promise<FolderWithAncestors> {
    const folder = await this.listing.folder(ourFolder(id));
    if (folder === null) throw folderNotFound();
    checkIn(whoAsks(request), 'files:read', folder.space, folderNotFound);
    return folder;
  }
}
