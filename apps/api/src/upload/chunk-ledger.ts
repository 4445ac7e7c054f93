import { Inject, Injectable } from '@nestjs/common';
import type { ByteRange, UploadState } from '@stowage/contract';
import { DataSource } from 'typeorm';
import { quotaExceeded } from '../spaces/space-quota.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { Timings } from '../platform/telemetry/timings.js';

/** Seconds that a lease lives without being renewed. */
export const LEASE_SECONDS = 60;

/** How far an upload is, as the statement saw it that tells. */
export interface Progress {
  readonly received: number;
  readonly length: number | null;
  /** Problem code that keeps it from going on. */
  readonly reason: string | null;
}

/** Where an upload stood when a lease on some of its bytes was claimed. */
export interface Claim extends Progress {
  readonly state: UploadState;
  /** True when there is a lease now, which has to be given back. */
  readonly leased: boolean;
  /** The chunk recorded at the very offset asked for. */
  readonly chunk: { readonly length: number; readonly digest: string | null } | null;
  /** Recorded ranges that touch the claimed one, in order and merged. */
  readonly held: readonly ByteRange[];
}

/** A run of bytes that is synced and to be recorded. */
export interface Run {
  readonly start: number;
  /** Bytes. */
  readonly length: number;
}

/** What else a record does. */
export interface RecordOptions {
  /** What the client declared of the bytes, kept with them. */
  readonly digest: string | null;
  /** Also gives the lease back. */
  readonly release: boolean;
  /** What is recorded is all there will be: its end becomes the length of an upload that had none. */
  readonly endsUpload: boolean;
  /** The one run belongs to an append: it may become a part of the chunk that ends where it begins. */
  readonly extends?: boolean;
  /** The upload had no length when its bytes were claimed; it decides only which statement is tried first. */
  readonly hadNoLength?: boolean;
}

const INT8_MAX = '9223372036854775807';

/** The SQL of chunks and leases. The row, not the file's size, says what is held. */
@Injectable()
export class ChunkLedger {
  private readonly limits: Configuration['limits'];

  constructor(
    private readonly database: DataSource,
    @Inject(CONFIGURATION) { limits }: Configuration,
    private readonly timings: Timings = new Timings(),
  ) {
    this.limits = limits;
  }

  /**
   * Claims a range for a writer and tells what is there, in one statement. Nothing is claimed of an upload that does not
   * receive, nor of a chunk that is held as a whole.
   * @param end exclusive; null for everything from `start`
   * @param within what lies from here on is not told of, where it is not wanted: a long file may hold very much
   * @returns null when there is no such upload
   */
  async claim(uploadId: string, token: string, start: number, end: number | null, within = end): Promise<Claim | null> {
    const rows = await this.database.query<ClaimRow[]>(
      `WITH target AS (
         SELECT u.id, u.state, u.received, u.length, u.reason, c.length AS chunk_length, c.digest AS chunk_digest
         FROM uploads u LEFT JOIN chunks c ON c.upload_id = u.id AND c."offset" = $3 WHERE u.id = $1
       ), lease AS (
         INSERT INTO upload_leases (token, upload_id, start, "end", until)
         SELECT $2, id, $3::bigint, $4::bigint, now() + make_interval(secs => ${LEASE_SECONDS}) FROM target
         WHERE state = 'receiving' AND NOT coalesce($3::bigint + chunk_length >= $4::bigint, false)
         RETURNING 1
       )
       SELECT t.state, t.received, t.length, t.reason, t.chunk_length, t.chunk_digest, EXISTS (SELECT 1 FROM lease) AS leased,
         (SELECT range_agg(int8range("offset", "offset" + length)) FROM chunks WHERE upload_id = $1 AND "offset" < $5::bigint
           AND "offset" >= coalesce((SELECT max("offset") FROM chunks WHERE upload_id = $1 AND "offset" <= $3::bigint), 0)
         )::text AS held
       FROM target t`,
      [uploadId, token, start, end ?? INT8_MAX, within ?? INT8_MAX],
    );
    return rows[0] === undefined ? null : toClaim(rows[0]);
  }

  /**
   * Records runs whose bytes are synced. The upload's row is locked first, so that nothing is recorded for one that has
   * just been cancelled; without the lease nothing is recorded either, so that a writer which has lost it changes nothing.
   * @returns null when the upload no longer receives, would have too many chunks, or the lease is gone
   * @throws ProblemError quota-exceeded when the length is unknown and there is no room; nothing is recorded then
   */
  async record(
    uploadId: string,
    token: string,
    runs: readonly Run[],
    options: RecordOptions,
  ): Promise<Progress | null> {
    const values = [
      uploadId,
      token,
      runs.map(({ start }) => start),
      runs.map(({ length }) => length),
      options.digest,
      options.release,
      this.limits.expireAfterSeconds,
      this.limits.maxChunks,
      options.extends ?? false,
      options.endsUpload ? endOf(runs) : null,
    ];
    const row = await this.timings.measure('chunk_commit', async () => {
      const known = () => this.database.query<RecordRow[]>(RECORD, values).then(([row]) => row);
      const unknown = () => this.recordReserving(values);
      // Only one of the two finds a row; the likelier one goes first.
      return options.endsUpload || options.hadNoLength
        ? ((await unknown()) ?? known())
        : ((await known()) ?? unknown());
    });
    return row === undefined ? null : toProgress(row);
  }

  /** The same for an upload of unknown length: what comes is reserved with it, or nothing is recorded. */
  private async recordReserving(values: unknown[]): Promise<RecordRow | undefined> {
    let spaceId = '';
    try {
      return await this.database.transaction(async (manager) => {
        const [row] = await manager.query<RecordRow[]>(RECORD_RESERVING, values);
        if (row?.fits !== false) return row;
        spaceId = row.space_id;
        throw new NoRoom();
      });
    } catch (error) {
      throw error instanceof NoRoom ? await quotaExceeded(this.database.manager, spaceId) : error;
    }
  }

  /** Gives a lease back. What is still being recorded under it is recorded when this returns, or never will be. */
  async release(token: string): Promise<void> {
    await this.database.query(`DELETE FROM upload_leases WHERE token = $1`, [token]);
  }

  /** Lets leases live on. */
  async renew(tokens: readonly string[]): Promise<void> {
    await this.database.query(
      `UPDATE upload_leases SET until = now() + make_interval(secs => ${LEASE_SECONDS}) WHERE token = ANY($1)`,
      [tokens],
    );
  }

  /** Ends every lease: at the start of the one process that may write to the volume, their holders are dead. */
  async releaseAll(): Promise<void> {
    await this.database.query(`DELETE FROM upload_leases`);
  }

  /** Drops the chunk rows of an upload that has ended and whose bytes are gone: nothing is left of it but its row. */
  async forget(uploadId: string): Promise<void> {
    await this.database.query(
      `WITH ended AS (UPDATE uploads SET remains = false WHERE id = $1 AND ended_at IS NOT NULL RETURNING id)
       DELETE FROM chunks c USING ended WHERE c.upload_id = ended.id`,
      [uploadId],
    );
  }

  /** The first recorded ranges that reach beyond an offset, in order, as chunks left them. */
  async rangesFrom(uploadId: string, from: number, limit: number): Promise<ByteRange[]> {
    const rows = await this.database.query<{ start: BigintText; end: BigintText }[]>(
      `SELECT "offset" AS start, "offset" + length AS end FROM chunks WHERE upload_id = $1 AND "offset" + length > $2
         AND "offset" >= coalesce((SELECT max("offset") FROM chunks WHERE upload_id = $1 AND "offset" <= $2), 0)
       ORDER BY "offset" LIMIT $3`,
      [uploadId, from, limit],
    );
    return rows.map((row) => ({ start: toSafeInteger(row.start), end: toSafeInteger(row.end) }));
  }

  /** Every recorded range, in order of offset. */
  async ranges(uploadId: string): Promise<ByteRange[]> {
    const rows = await this.database.query<{ start: BigintText; end: BigintText }[]>(
      `SELECT "offset" AS start, "offset" + length AS end FROM chunks WHERE upload_id = $1 ORDER BY "offset"`,
      [uploadId],
    );
    return rows.map((row) => ({ start: toSafeInteger(row.start), end: toSafeInteger(row.end) }));
  }
}

/** Undoes a transaction. */
class NoRoom extends Error {}

interface ProgressRow {
  readonly received: BigintText;
  readonly length: BigintText | null;
  readonly reason: string | null;
}

interface RecordRow extends ProgressRow {
  readonly space_id: string;
  /** False when the space has no room for what was recorded. */
  readonly fits: boolean;
}

/**
 * Bytes of an upload whose length is known were reserved when it began; of another one they are reserved as they come, and
 * then the statement must be undone unless they fit. A run of an append that goes on where the chunk before it ends makes
 * that one longer, so that many small appends do not become as many rows.
 */
const recordStatement = (knownLength: boolean): string => {
  // The lease is locked, not only looked at: while this waited for the upload's row it may have been given back, and the
  // range have gone to another writer. FOR NO KEY UPDATE: the new chunk rows' foreign keys take a lock that FOR UPDATE would make them wait for.
  const statement = `WITH target AS (
    SELECT u.id FROM uploads u
    WHERE u.id = $1 AND u.state = 'receiving' AND u.length IS ${knownLength ? 'NOT NULL' : 'NULL'}
      AND u.chunk_count + cardinality($3::bigint[]) <= $8
    FOR NO KEY UPDATE
  ), lease AS (
    SELECT l.token, l.upload_id AS id FROM upload_leases l JOIN target t ON t.id = l.upload_id WHERE l.token = $2
    FOR UPDATE OF l
  ), dropped AS (
    DELETE FROM upload_leases l USING lease WHERE l.token = lease.token AND $6
  ), grown AS (
    UPDATE chunks c SET length = c.length + ($4::bigint[])[1] FROM lease
    WHERE $9 AND c.upload_id = lease.id AND c.digest IS NULL AND c."offset" + c.length = ($3::bigint[])[1]
      AND c."offset" = (SELECT max("offset") FROM chunks WHERE upload_id = $1 AND "offset" < ($3::bigint[])[1])
    RETURNING ($4::bigint[])[1] AS length
  ), added AS (
    INSERT INTO chunks (upload_id, "offset", length, digest)
    SELECT lease.id, run.start, run.length, $5 FROM lease, unnest($3::bigint[], $4::bigint[]) AS run (start, length)
    WHERE NOT EXISTS (SELECT 1 FROM grown) ON CONFLICT DO NOTHING RETURNING length
  ), news AS (
    SELECT (SELECT coalesce(sum(length), 0) FROM grown)::bigint + (SELECT coalesce(sum(length), 0) FROM added)::bigint AS bytes,
      (SELECT count(*) FROM added)::integer AS chunks
  ), changed AS (
    UPDATE uploads u SET received = u.received + news.bytes, chunk_count = u.chunk_count + news.chunks,
      length = coalesce(u.length, $10::bigint), updated_at = now(),
      expires_at = greatest(u.expires_at, now() + make_interval(secs => coalesce(u.expire_after, $7)))
    FROM lease, news WHERE u.id = lease.id RETURNING u.received, u.length, u.reason, u.space_id, news.bytes
  )`;
  if (knownLength) return `${statement} SELECT received, length, reason, space_id, true AS fits FROM changed`;
  return `${statement}, reserved AS (
    UPDATE spaces s SET reserved_bytes = s.reserved_bytes + c.bytes FROM changed c
    WHERE s.id = c.space_id AND (s.quota_bytes IS NULL OR s.reserved_bytes + s.used_bytes + c.bytes <= s.quota_bytes)
    RETURNING 1
  ) SELECT received, length, reason, space_id, bytes = 0 OR EXISTS (SELECT 1 FROM reserved) AS fits FROM changed`;
};

const RECORD = recordStatement(true);
const RECORD_RESERVING = recordStatement(false);

function endOf(runs: readonly Run[]): number {
  return runs.reduce((end, { start, length }) => Math.max(end, start + length), 0);
}

interface ClaimRow extends ProgressRow {
  readonly state: UploadState;
  readonly leased: boolean;
  readonly chunk_length: BigintText | null;
  readonly chunk_digest: string | null;
  /** A multirange such as `{[0,10),[20,30)}`. */
  readonly held: string | null;
}

function toClaim(row: ClaimRow): Claim {
  return {
    state: row.state,
    leased: row.leased,
    ...toProgress(row),
    chunk: row.chunk_length === null ? null : { length: toSafeInteger(row.chunk_length), digest: row.chunk_digest },
    held: [...(row.held ?? '').matchAll(/\[(\d+),(\d+)\)/gu)].map(([, start, end]) => ({
      start: toSafeInteger(String(start)),
      end: toSafeInteger(String(end)),
    })),
  };
}

function toProgress({ received, length, reason }: ProgressRow): Progress {
  return { received: toSafeInteger(received), length: length === null ? null : toSafeInteger(length), reason };
}
