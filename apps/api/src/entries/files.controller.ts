import { Controller, Delete, Get, HttpCode, Param, Query, Req, Res } from '@nestjs/common';
import { ID_PATTERN, type FileList, type StoredFile } from '@stowage/contract';
import type { Request, Response } from 'express';
import { membershipsOf, roleIn, whoAsks, type Principal } from '../identity/principal.js';
import { parseCursor } from '../platform/http/cursor.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import { spaceFor } from '../spaces/space-access.js';
import { SpaceLedger } from '../spaces/space-ledger.js';
import { EntriesService } from './entries.service.js';
import { FileListing, type FoundFile } from './file-listing.js';
import { FileSender } from './file-sender.js';
import { deleteFileQuery, listFilesQuery } from './files.routes.js';

/** Everything uploaded. */
@Controller('api/files')
export class FilesController {
  constructor(
    private readonly listing: FileListing,
    private readonly entries: EntriesService,
    private readonly spaces: SpaceLedger,
    private readonly sender: FileSender,
  ) {}

  @Get()
  async list(@Query() query: unknown, @Req() request: Request): Promise<FileList> {
    const { space, limit, cursor } = parseQuery(listFilesQuery, query);
    const principal = whoAsks(request);
    const spaces = space === undefined ? await this.spacesOf(principal) : [spaceFor(principal, 'files:read', space)];
    return this.listing.page(spaces, limit, cursor === undefined ? null : parseCursor(cursor));
  }

  @Get(':id')
  async one(@Param('id') id: string, @Req() request: Request): Promise<StoredFile> {
    return (await this.found(id, request)).file;
  }

  @Get(':id/content')
  async content(
    @Param('id') id: string,
    @Query('damaged') damaged: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const found = await this.found(id, request);
    if (found.inTrash) throw notFound();
    await this.sender.send(await this.sender.sendable(found, damaged === 'accept'), request, response);
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string, @Query() query: unknown, @Req() request: Request): Promise<void> {
    const { permanent } = parseQuery(deleteFileQuery, query);
    // A folder is no file.
    await this.found(id, request);
    try {
      await (permanent === 'true'
        ? this.entries.purge(whoAsks(request), id)
        : this.entries.trash(whoAsks(request), id));
    } catch (error) {
      throw error instanceof ProblemError && error.code === 'entry-not-found' ? notFound() : error;
    }
  }

  /** Every member of a space may read what is in it; without an account, those of teams are one's own. */
  private async spacesOf(principal: Principal): Promise<readonly string[]> {
    const memberships = membershipsOf(principal);
    return memberships === null ? this.spaces.ofTeams() : Object.keys(memberships.roles);
  }

  /** What is in a space of others is answered like what is not there. */
  private async found(id: string, request: Request): Promise<FoundFile> {
    const found = ID_PATTERN.test(id) ? await this.listing.find(id) : null;
    if (found === null || roleIn(whoAsks(request), found.file.space) === null) throw notFound();
    return found;
  }
}

function notFound(): ProblemError {
  return new ProblemError('file-not-found', 'It may be in the trash, or have been removed for good.');
}
