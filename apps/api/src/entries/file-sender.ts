import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { ByteRange, StoredFile } from '@stowage/contract';
import type { Request, Response } from 'express';
import { BLOB_STORE, type BlobStore } from '../blobs/blob-store.js';
import { LOGGER } from '../platform/config/config.module.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { downloadHeaders, downloadType, reprDigest, select } from './download.js';
import type { FoundFile } from './file-listing.js';

/** What is sent of a file, and from where. */
export type Sendable = Pick<FoundFile, 'file' | 'blob'>;

/** Answers requests for the bytes of a file: whole, a range, only the headers, or that nothing is new. */
@Injectable()
export class FileSender {
  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * What can be sent of a file: nothing of a damaged one, unless its reader takes what is left as it is.
   * @throws ProblemError file-damaged
   */
  async sendable({ file, blob }: Sendable, acceptsDamage: boolean): Promise<Sendable> {
    if (file.damaged !== true) return { file, blob };
    const size = acceptsDamage ? await this.store.size(blob) : null;
    if (size === null) throw damagedFile();
    return { file: { ...file, size }, blob };
  }

  /**
   * Answers.
   * @param begins called before bytes are sent, with those that will be; what it throws is the answer
   * @throws ProblemError range-not-satisfiable, file-unreadable
   */
  async send(
    { file, blob }: Sendable,
    request: Request,
    response: Response,
    begins: (range: ByteRange) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const selection = select(file, request.headers);
    if ('range' in selection && request.method !== 'HEAD') await begins(selection.range);
    response.set(downloadHeaders(file));
    if (selection.status === 416) {
      response.setHeader('Content-Range', `bytes */${file.size}`);
      throw new ProblemError('range-not-satisfiable', `The file has ${file.size} bytes.`);
    }
    addDigest(file, request, response);
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
}

function addDigest(file: StoredFile, request: Request, response: Response): void {
  // Neither of them is true of damaged bytes.
  if (file.damaged === true) {
    response.removeHeader('ETag');
    return;
  }
  const digest = reprDigest(file, request.get('want-repr-digest'));
  if (digest !== null) response.setHeader('Repr-Digest', digest);
}

function damagedFile(): ProblemError {
  return new ProblemError(
    'file-damaged',
    'The disk has not kept what was uploaded; upload the file again, or have it restored from a backup.',
  );
}
