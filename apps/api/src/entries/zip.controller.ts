import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { roleIn, whoAsks, type Principal } from '../identity/principal.js';
import { LOGGER } from '../platform/config/config.module.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { attachment } from './download.js';
import { ourEntry } from './entry-ids.js';
import { entryNotFound } from './tree-refusals.js';
import { zipOf } from './zip-archive.js';
import { ZipListing, type ZipEntry } from './zip-listing.js';
import { safeZipName } from './zip-names.js';
import { MAX_ZIP_ENTRIES, ZipWalk } from './zip-walk.js';
import { zipQuery } from './zip.routes.js';

/** Many files at once. */
@Controller('api/zip')
export class ZipController {
  constructor(
    private readonly listing: ZipListing,
    private readonly walk: ZipWalk,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  async download(@Query() query: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const wanted = parseQuery(zipQuery, query).entries.split(',');
    const selection = await this.selected(whoAsks(request), wanted);
    await this.check(selection);
    response.set(attachment(`${safeZipName(await this.nameOf(selection))}.zip`));
    response.setHeader('Content-Type', 'application/zip');
    response.setHeader('Accept-Ranges', 'none');
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    // Too late for another status: a client sees the connection end before the last piece.
    await pipeline(zipOf(this.walk.items(selection)), response).catch((error: unknown) => {
      if (!hasClientLeft(error)) this.logger.error({ err: error, entries: wanted }, 'ZIP download failed');
    });
  }

  /** What was asked for, in its order and each once; what is in a space of others is not there. */
  private async selected(principal: Principal, wanted: readonly string[]): Promise<readonly [ZipEntry, ...ZipEntry[]]> {
    const ids = [...new Set(wanted.map(ourEntry))];
    const found = new Map<string, ZipEntry>();
    for (const root of await this.listing.roots(ids)) found.set(root.spaceId, root);
    for (const entry of await this.listing.find(ids)) if (entry.id !== null) found.set(entry.id, entry);
    const selection = ids.map((id) => {
      const entry = found.get(id);
      if (entry === undefined || roleIn(principal, entry.spaceId) === null) throw entryNotFound();
      return entry;
    });
    const [first, ...others] = selection;
    if (first === undefined) throw entryNotFound();
    if (others.some(({ spaceId }) => spaceId !== first.spaceId)) {
      throw new ProblemError('invalid-request', 'The entries have to be of one space.');
    }
    return [first, ...others];
  }

  /** Refuses what would not become a whole ZIP file, while there is still a status to say so. */
  private async check(selection: readonly ZipEntry[]): Promise<void> {
    const { count, damaged } = await this.listing.below(selection, MAX_ZIP_ENTRIES + 1);
    if (damaged !== null) {
      throw new ProblemError(
        'file-damaged',
        `The disk has not kept what was uploaded as “${damaged}”; upload that file again, or leave it out.`,
      );
    }
    if (count > MAX_ZIP_ENTRIES) {
      throw new ProblemError(
        'zip-too-large',
        `One ZIP file can have ${MAX_ZIP_ENTRIES} files and folders; download some of the folders by themselves.`,
      );
    }
  }

  /** One thing gives the ZIP file its name; several do not, but the folder that they are in. */
  private async nameOf(selection: readonly [ZipEntry, ...ZipEntry[]]): Promise<string> {
    const [first, ...others] = selection;
    if (others.length === 0) return first.name;
    const { parentId, spaceId } = first;
    const together = parentId !== null && others.every((entry) => entry.parentId === parentId);
    const found = together ? await this.listing.find([parentId]) : await this.listing.roots([spaceId]);
    return found.at(0)?.name ?? first.name;
  }
}

/** The pipeline has ended both sides: only its error tells which of them was over first. */
function hasClientLeft(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
