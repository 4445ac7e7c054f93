import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { KnownLink } from '../identity/known-link.js';
import { LinkLog } from '../identity/link-log.js';
import { digestOf } from '../identity/secrets.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { LinkLedger } from './link-ledger.js';

/** Counts the downloads of shares, up to their limits. */
@Injectable()
export class ShareDownloads {
  constructor(
    private readonly ledger: LinkLedger,
    private readonly log: LinkLog,
  ) {}

  /**
   * Counts a download that begins. One that goes on, with a range behind the first byte, was counted when it began: within a
   * day, from the same address. From elsewhere it counts as another one, or a limit would hold nobody who leaves out a byte.
   * @param start first byte that is asked for
   * @throws ProblemError link-used-up
   */
  async begin(link: KnownLink, entry: { id: string; name: string }, request: Request, start: number): Promise<void> {
    const digest = addressDigest(link, request);
    if (start > 0 && (await this.ledger.isCounted(link.id, entry.id, digest))) return;
    if (!(await this.ledger.countDownload(link.id, entry.id, digest))) throw usedUp();
    const address = request.ip ?? '';
    await this.log.add(link.id, { action: 'downloaded', address, entry: entry.id, name: entry.name });
  }

  /**
   * Refuses a file of a link that is used up, unless its download has begun from this address: headers, too, tell of a file.
   * @throws ProblemError link-used-up
   */
  async refuseNew(link: KnownLink, entryId: string, request: Request): Promise<void> {
    if (!isUsedUp(link) || (await this.ledger.isCounted(link.id, entryId, addressDigest(link, request)))) return;
    throw usedUp();
  }
}

/**
 * Refuses a link that was used as often as it may be, where nothing goes on that has begun.
 * @throws ProblemError link-used-up
 */
export function refuseUsedUp(link: KnownLink): void {
  if (isUsedUp(link)) throw usedUp();
}

function isUsedUp({ kind, downloads, maxDownloads, uploads, maxUploads }: KnownLink): boolean {
  const [count, most] = kind === 'share' ? [downloads, maxDownloads] : [uploads, maxUploads];
  return most !== null && count >= most;
}

/** Nobody needs to read the address in the table. */
function addressDigest({ slug }: KnownLink, request: Request): Buffer {
  return digestOf(`${slug} ${request.ip ?? ''}`);
}

function usedUp(): ProblemError {
  return new ProblemError('link-used-up', 'Ask whoever made it for another one.');
}
