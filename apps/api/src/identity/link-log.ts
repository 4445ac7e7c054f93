import { Injectable } from '@nestjs/common';
import { LINK_ACCESS_DAYS, MAX_LINK_ACCESSES, type LinkAccess } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { shortNetwork } from './networks.js';

/** An opening by a network is noted once in so many minutes. */
const OPENED_ONCE_MINUTES = 10;

/** What somebody did with a link. */
export interface LinkEvent {
  readonly action: LinkAccess['action'];
  /** Address of whoever did it. */
  readonly address: string;
  /** Of the file or ZIP file. */
  readonly name?: string;
  /** Id of the file. */
  readonly entry?: string;
  /** The name that they have given. */
  readonly sender?: string | null;
}

/** The SQL of what was done with links: the newest of each, for a while. */
@Injectable()
export class LinkLog {
  constructor(private readonly database: DataSource) {}

  /** Notes it; an opening only once in ten minutes for each network, or a page that is reloaded would push out all else. */
  async add(
    linkId: string,
    { action, address, name, entry, sender }: LinkEvent,
    manager: EntityManager = this.database.manager,
  ): Promise<void> {
    await manager.query(
      `WITH older AS (
         DELETE FROM link_accesses WHERE link_id = $1 AND id <= (
           SELECT id FROM link_accesses WHERE link_id = $1 ORDER BY id DESC OFFSET ${MAX_LINK_ACCESSES - 1} LIMIT 1)
       )
       INSERT INTO link_accesses (link_id, action, entry_id, name, sender, network)
       SELECT $1::text, $2::text, $3, $4, $5, $6::text
       WHERE $2 <> 'opened' OR NOT EXISTS (
         SELECT 1 FROM link_accesses WHERE link_id = $1 AND action = 'opened' AND network = $6
           AND at > now() - interval '${OPENED_ONCE_MINUTES} minutes')`,
      [linkId, action, entry ?? null, name ?? null, sender ?? null, shortNetwork(address)],
    );
  }

  /** Forgets what is long ago. */
  async removeOld(): Promise<void> {
    await this.database.query(`DELETE FROM link_accesses WHERE at < now() - interval '${LINK_ACCESS_DAYS} days'`);
    await this.database.query(`DELETE FROM link_downloads WHERE at < now() - interval '1 day'`);
  }
}
