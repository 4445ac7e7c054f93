import { pipeline } from 'node:stream/promises';
import { Controller, Delete, Get, HttpCode, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ID_PATTERN, type FileList, type StoredFile } from '@stowage/contract';
import type { Request, Response } from 'express';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import { LOGGER } from '../platform/config/config.module.js';
import { parseCursor } from '../platform/http/cursor.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { downloadHeaders, downloadType, reprDigest, select } from './download.js';
import { FileListing, type FoundFile } from './file-listing.js';
import { FileRemover } from './file-remover.js';
import { listFilesQuery } from './files.routes.js';

/** Everything uploaded. */
@Controller('api/files')
export class FilesController {
  constructor(
    private readonly listing: FileListing,
    private readonly remover: FileRemover,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  list(@Query() query: unknown): Promise<FileList> {
    const { limit, cursor } = parseQuery(listFilesQuery, query);
    return this.listing.page(limit, cursor === undefined ? null : parseCursor(cursor));
  }

  @Get(':id')
  async one(@Param('id') id: string): Promise<StoredFile> {
    return (await this.found(id)).file;
  }

  @Get(':id/content')
  async content(
    @Param('id') id: string,
    @Query('damaged') damaged: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { file, blob } = await this.readable(id, damaged === 'accept');
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
  async delete(@Param('id') id: string): Promise<void> {
    if (!ID_PATTERN.test(id) || !(await this.remover.delete(id))) throw notFound();
  }

  /** What can be sent of a file: nothing of a damaged one, unless its reader takes what is left as it is. */
  private async readable(id: string, acceptsDamage: boolean): Promise<FoundFile> {
    const { file, blob } = await this.found(id);
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

  private async found(id: string): Promise<FoundFile> {
    const found = ID_PATTERN.test(id) ? await this.listing.find(id) : null;
    if (found === null) throw notFound();
    return found;
  }
}

function notFound(): ProblemError {
  return new ProblemError('file-not-found', 'It may have been deleted.');
}

function damagedFile(): ProblemError {
  return new ProblemError(
    'file-damaged',
    'The disk has not kept what was uploaded; upload the file again, or have it restored from a backup.',
  );
}
