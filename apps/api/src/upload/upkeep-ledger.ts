import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { LEASE_SECONDS } from './chunk-ledger.js';
import type { Found } from './upload-ledger.js';

/** Days for which an ended upload still answers what became of it. */
const TOMBSTONE_DAYS = 7;

/** The SQL of what is done for uploads when nobody asks. Every answer is bounded; who wants more asks again. */
@Injectable()
export class UpkeepLedger {
  constructor(private readonly database: DataSource) {}

  /** Uploads whose time is up and that nobody writes to, by the clock of the database. */
  expirable(limit: number): Promise<Found[]> {
    return this.database.query<Found[]>(
      `SELECT id, state, epoch FROM uploads u WHERE ended_at IS NULL AND state = 'receiving' AND expires_at < now()
         AND NOT EXISTS (SELECT 1 FROM upload_leases l WHERE l.upload_id = u.id AND l.until > now())
       ORDER BY expires_at LIMIT $1`,
      [limit],
    );
  }

  /** Ended uploads whose bytes and chunk rows may still be there, the longest ended first. */
  async withRemains(limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM uploads WHERE ended_at IS NOT NULL AND remains ORDER BY ended_at LIMIT $1`,
      [limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Forgets uploads that ended long ago and have left nothing. Returns how many. */
  async removeTombstones(limit: number): Promise<number> {
    const [, count] = await this.database.query<[unknown[], number]>(
      `DELETE FROM uploads WHERE id IN (
         SELECT id FROM uploads WHERE ended_at < now() - interval '${TOMBSTONE_DAYS} days' AND NOT remains
         ORDER BY ended_at LIMIT $1)`,
      [limit],
    );
    return count;
  }

  /**
   * Removes leases that nobody has renewed. Those held here live on, whatever their rows say: a clock of the database that
   * was put forward ends them all at once, and whoever writes would lose its place, or its upload.
   * @param held tokens of the leases that this process holds
   */
  async removeDeadLeases(held: readonly string[]): Promise<void> {
    await this.database.query(
      `WITH renewed AS (
         UPDATE upload_leases SET until = now() + make_interval(secs => ${LEASE_SECONDS}) WHERE token = ANY($1)
       ) DELETE FROM upload_leases WHERE until < now() AND token <> ALL($1)`,
      [held],
    );
  }

  /** Of these ids, the ones that no upload has. */
  async unknown(ids: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM unnest($1::text[]) AS id WHERE NOT EXISTS (SELECT 1 FROM uploads u WHERE u.id = id.id)`,
      [ids],
    );
    return rows.map(({ id }) => id);
  }

  /** A page of the uploads that receive and hold something, in order of their ids. */
  async openAfter(id: string, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM uploads WHERE id > $1 AND ended_at IS NULL AND state = 'receiving' AND received > 0 ORDER BY id LIMIT $2`,
      [id, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Where the last recorded byte of an upload that receives ends; null when there is none. */
  async recordedEnd(id: string): Promise<number | null> {
    const rows = await this.database.query<{ end: BigintText }[]>(
      `SELECT c."offset" + c.length AS "end" FROM chunks c JOIN uploads u ON u.id = c.upload_id
       WHERE u.id = $1 AND u.state = 'receiving' ORDER BY c."offset" DESC LIMIT 1`,
      [id],
    );
    return rows[0] === undefined ? null : toSafeInteger(rows[0].end);
  }

  /** What the clock of the database says. */
  async now(): Promise<Date> {
    const rows = await this.database.query<{ now: Date }[]>(`SELECT now()`);
    if (rows[0] === undefined) throw new Error('SELECT gave no row');
    return rows[0].now;
  }
}
