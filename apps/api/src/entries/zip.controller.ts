import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { roleIn, whoAsks, type Principal } from '../identity/principal.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import { ourEntry } from './entry-ids.js';
import { entryNotFound } from './tree-refusals.js';
import { ZipListing, type ZipEntry } from './zip-listing.js';
import { ZipSender, type ZipSelection } from './zip-sender.js';
import { zipQuery } from './zip.routes.js';

/** Many files at once. */
@Controller('api/zip')
export class ZipController {
  constructor(
    private readonly listing: ZipListing,
    private readonly sender: ZipSender,
  ) {}

  @Get()
  async download(@Query() query: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const wanted = parseQuery(zipQuery, query).entries.split(',');
    const selection = await this.selected(whoAsks(request), wanted);
    await this.sender.send(selection, request, response);
  }

  /** What was asked for, in its order and each once; what is in a space of others is not there. */
  private async selected(principal: Principal, wanted: readonly string[]): Promise<ZipSelection> {
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
}
