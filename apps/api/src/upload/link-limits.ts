import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Attempts, bucketOf } from '../identity/attempts.js';
import { linkOfOwner } from '../identity/known-link.js';
import { LinkLog } from '../identity/link-log.js';
import { someAddressOf } from '../identity/networks.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Upload } from './entities/upload.entity.js';

/** Unfinished uploads that one network can have by one link. */
const MOST_OPEN_OF_NETWORK = 20;
/** Uploads that one network can begin by one link: a folder with many files, then one each second. */
const BEGINNINGS = { burst: 1000, everySeconds: 1 };
/** Seconds without a byte after which an upload by a link is given up. */
export const LINK_IDLE_SECONDS = 24 * 60 * 60;

/** What an upload that comes by a link brings along. */
export interface PlanOfLink {
  readonly id: string;
  /** Network that it is begun from. */
  readonly network: string;
  /** The name that its sender has given. */
  readonly sender: string | null;
}

/** A plan, as far as it is about a link. */
interface LinkedPlan {
  readonly owner: string;
  readonly clientKey: string | null;
  readonly link?: PlanOfLink;
}

interface LinkRow {
  readonly max_uploads: number | null;
  readonly uploads: number;
  readonly is_over: boolean;
}

interface OpenRow {
  readonly open: number;
  readonly of_network: number;
  readonly is_known: boolean;
}

/** How many uploads come by a link: at once, after each other, and in all. */
@Injectable()
export class LinkLimits {
  private readonly attempts: Attempts;
  private readonly log: LinkLog;

  constructor(database: DataSource) {
    this.attempts = new Attempts(database);
    this.log = new LinkLog(database);
  }

  /**
   * Counts a beginning, before anything is made.
   * @throws ProblemError too-many-uploads
   */
  async begins({ link }: LinkedPlan): Promise<void> {
    if (link === undefined) return;
    try {
      await this.attempts.take([bucketOf('link-begins', `${link.id} ${link.network}`, BEGINNINGS)]);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'too-many-attempts') throw error;
      throw new ProblemError('too-many-uploads', 'Too many were begun in a short time.', {
        retryAfter: error.retryAfter ?? 1,
      });
    }
  }

  /**
   * Looks whether another upload may come by a link. Those that begin at the same time are counted one after the other, since
   * each locks the link's row; so there is never one too many.
   * @throws ProblemError link-revoked, link-used-up, too-many-uploads
   */
  async check(manager: EntityManager, { owner, clientKey, link }: LinkedPlan): Promise<void> {
    if (link === undefined) return;
    const [row]: LinkRow[] = await manager.query(
      `SELECT max_uploads, uploads, revoked_at IS NOT NULL OR coalesce(expires_at <= now(), false) AS is_over
       FROM links WHERE id = $1 FOR NO KEY UPDATE`,
      [link.id],
    );
    if (row === undefined || row.is_over) throw linkOver();
    const [{ open, of_network, is_known }]: [OpenRow] = await manager.query(
      `SELECT count(*)::integer AS open, count(*) FILTER (WHERE sender_network = $2)::integer AS of_network,
         EXISTS (SELECT 1 FROM uploads k WHERE k.owner = $1 AND k.client_key = $3) AS is_known
       FROM uploads WHERE owner = $1 AND state IN ('receiving' COLLATE "C", 'completing')`,
      [owner, link.network, clientKey],
    );
    // Another request has just begun the same one.
    if (is_known) return;
    if (row.max_uploads !== null && row.uploads + open >= row.max_uploads) {
      throw new ProblemError('link-used-up', 'As many files have come, or are on their way, as were asked for.');
    }
    if (of_network >= MOST_OPEN_OF_NETWORK) {
      throw new ProblemError(
        'too-many-uploads',
        `At most ${MOST_OPEN_OF_NETWORK} uploads can be unfinished at once: let some end, or remove them.`,
        { retryAfter: 5 },
      );
    }
  }

  /** Counts a file that has come by a link, and notes who has sent it. */
  async arrived(manager: EntityManager, upload: Upload, fileId: string): Promise<void> {
    const linkId = linkOfOwner(upload.owner);
    if (linkId === null) return;
    await manager.query(`UPDATE links SET uploads = uploads + 1 WHERE id = $1`, [linkId]);
    const address = someAddressOf(upload.senderNetwork ?? '');
    const { name, sender } = upload;
    await this.log.add(linkId, { action: 'uploaded', address, entry: fileId, name, sender }, manager);
  }
}

/** Refuses what comes by a link that is revoked or over. */
export function linkOver(): ProblemError {
  return new ProblemError('link-revoked', 'Whoever made it has taken it back, or its time is over.');
}
