import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { LOGGER } from '../platform/config/config.module.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { attachment } from './download.js';
import { zipOf } from './zip-archive.js';
import { ZipListing, type ZipEntry } from './zip-listing.js';
import { safeZipName } from './zip-names.js';
import { MAX_ZIP_ENTRIES, ZipWalk } from './zip-walk.js';

/** What a ZIP file is made of: one entry, or several of one space. */
export type ZipSelection = readonly [ZipEntry, ...ZipEntry[]];

/** Answers requests for files and folders as one ZIP file, or for its headers. */
@Injectable()
export class ZipSender {
  constructor(
    private readonly listing: ZipListing,
    private readonly walk: ZipWalk,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Answers.
   * @param called what it is called without its extension; null: by what is in it
   * @param begins called with the name of the ZIP file before bytes are sent; what it throws is the answer
   * @throws ProblemError file-damaged, zip-too-large
   */
  async send(
    selection: ZipSelection,
    request: Request,
    response: Response,
    called: string | null = null,
    begins: (name: string) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    await this.check(selection);
    const name = `${safeZipName(called ?? (await this.nameOf(selection)))}.zip`;
    if (request.method !== 'HEAD') await begins(name);
    response.set(attachment(name));
    response.setHeader('Content-Type', 'application/zip');
    response.setHeader('Accept-Ranges', 'none');
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    // Too late for another status: a client sees the connection end before the last piece.
    await pipeline(zipOf(this.walk.items(selection)), response).catch((error: unknown) => {
      const entries = selection.map(({ id, spaceId }) => id ?? spaceId);
      if (!hasClientLeft(error)) this.logger.error({ err: error, entries }, 'ZIP download failed');
    });
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
  private async nameOf(selection: ZipSelection): Promise<string> {
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
