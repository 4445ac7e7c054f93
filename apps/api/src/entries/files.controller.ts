import { pipeline } from 'node:stream/promises';
import { Controller, Delete, Get, HttpCode, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ID_PATTERN, type FileList, type StoredFile } from '@stowage/contract';
import type { Request, Response } from 'express';
import { membershipsOf, roleIn, whoAsks, type Principal } from '../identity/principal.js';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import { LOGGER } from '../platform/config/config.module.js';
import { parseCursor } from '../platform/http/cursor.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { spaceFor } from '../spaces/space-access.js';
import { SpaceLedger } from '../spaces/space-ledger.js';
import { EntriesService } from './entries.service.js';
import { downloadHeaders, downloadType, reprDigest, select } from './download.js';
import { FileListing, type FoundFile } from './file-listing.js';
import { deleteFileQuery, listFilesQuery } from './files.routes.js';

/** Everything uploaded. */
@Controller('api/files')
export class FilesController {
  constructor(
    private readonly listing: FileListing,
    private readonly entries: EntriesService,
    private readonly spaces: SpaceLedger,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(LOGGER) private readonly logger: Logger,
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
    const { file, blob } = await this.readable(id, request, damaged === 'accept');
    const selection = select(file, request.headers);
    response.set(downloadHeaders(file));
    if (selection.status === 416) {
      response.setHeader('Content-Range', `bytes */${file.size}`);
      throw new ProblemError('range-not-satisfiable', `The file has ${file.size} bytes.`);
    }
    this.addDigest(file, request, response);
    response.status(selection.status);
    if (selection.status === 304) {
      response.end();
      return;
    }
    const { start, end } = selection.range;
    response.setHeader('Content-Type', downloadType(file));
    response.setHeader('Content-Length', end - start);
    if (selection.status === 206) response.setHeader('Content-Range', `bytes ${start}-${end - 1}/${file.size}`);
    if (request.method === 'HEAD' || start === end) {
      response.end();
      return;
    }
    const bytes = await this.store.read(blob, { start, end });
    // Too late for another status: a client sees the connection end before Content-Length.
    await pipeline(bytes, response).catch((error: unknown) => {
      if (!request.socket.destroyed) this.logger.error({ err: error, fileId: file.id }, 'download failed');
      response.destroy();
    });
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

  /** What can be sent of a file: nothing of a damaged one, unless its reader takes what is left as it is. */
  private async readable(
    id: string,
    request: Request,
    acceptsDamage: boolean,
  ): Promise<Pick<FoundFile, 'file' | 'blob'>> {
    const { file, blob, inTrash } = await this.found(id, request);
    if (inTrash) throw notFound();
    if (file.damaged !== true) return { file, blob };
    const size = acceptsDamage ? await this.store.size(blob) : null;
    if (size === null) throw damagedFile();
    return { file: { ...file, size }, blob };
  }

  private addDigest(file: StoredFile, request: Request, response: Response): void {
    // Neither of them is true of damaged bytes.
    if (file.damaged === true) {
      response.removeHeader('ETag');
      return;
    }
    const digest = reprDigest(file, request.get('want-repr-digest'));
    if (digest !== null) response.setHeader('Repr-Digest', digest);
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

function damagedFile(): ProblemError {
  return new ProblemError(
    'file-damaged',
    'The disk has not kept what was uploaded; upload the file again, or have it restored from a backup.',
  );
}
