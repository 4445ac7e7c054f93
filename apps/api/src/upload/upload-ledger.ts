import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { ConflictPolicy, UploadState } from '@stowage/contract';
import { DataSource, type EntityManager, Repository } from 'typeorm';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { EntityRows } from '../platform/database/entity-rows.js';
import { newId } from '../platform/database/ids.js';
import { quotaExceeded } from '../spaces/space-quota.js';
import { Upload } from './entities/upload.entity.js';
import { GIVE_BACK, RESERVED, takeUp, tooManyUploads } from './reservation.js';
import { LINK_IDLE_SECONDS, LinkLimits, type PlanOfLink } from './link-limits.js';
import { isFinal, MOVES } from './upload-states.js';

/** What a client declares of an upload when it begins one. */
export interface UploadPlan {
  readonly spaceId: string;
  readonly owner: string;
  readonly clientKey: string | null;
  /** Bytes; null while unknown. */
  readonly length: number | null;
  readonly chunkSize: number | null;
  readonly name: string;
  /** Id of the folder that `path` begins in; null or left out: the root of the space. */
  readonly folderId?: string | null;
  /** Folder, `/`-separated; `''` is where it begins. */
  readonly path: string;
  readonly mediaType: string;
  readonly declaredSha256: string | null;
  /** False when nobody can go on with it once its request has ended. */
  readonly resumable: boolean;
  /** What becomes of it when its name is taken; refused unless said otherwise. */
  readonly conflict?: ConflictPolicy;
  /** Most bytes that it may get; null: as the server allows. */
  readonly maxSize?: number | null;
  /** Of an upload that comes by a link. */
  readonly link?: PlanOfLink;
  /** Digest of the whole request, by which it is known again; without one its values are compared. */
  readonly fingerprint?: string;
}

/** An upload as somebody found it: a move from there fails when another was made since. */
export type Found = Pick<Upload, 'id' | 'state' | 'epoch'>;

/** A move between states: from where an upload was found, and what it takes along. */
export interface Move {
  readonly to: UploadState;
  /** Problem code that it ends with. */
  readonly reason?: string;
  /** The file it has become. */
  readonly fileId?: string;
  /** Only when no byte came for so many seconds, and nobody writes. */
  readonly idleSeconds?: number;
}

/** Undoes a transaction. */
class NoRoom extends Error {}

/** The SQL of uploads: a row each, and the moves between their states. */
@Injectable()
export class UploadLedger {
  private readonly limits: Configuration['limits'];
  private readonly rows: EntityRows<Upload>;

  constructor(
    @InjectRepository(Upload) uploads: Repository<Upload>,
    private readonly database: DataSource,
    @Inject(CONFIGURATION) { limits }: Configuration,
    private readonly links: LinkLimits = new LinkLimits(database),
  ) {
    this.limits = limits;
    this.rows = new EntityRows(uploads);
  }

  find(id: string): Promise<Upload | null> {
    return this.rows.one('id = $1', [id]);
  }

  findByKey(owner: string, clientKey: string): Promise<Upload | null> {
    return this.rows.one('owner = $1 AND client_key = $2', [owner, clientKey]);
  }

  /**
   * Makes an upload, and reserves its length. With a `refusal`, which names a problem, it is only a tombstone and reserves
   * nothing.
   * @returns null when another request has just made one with the same key
   * @throws ProblemError quota-exceeded, too-many-uploads, link-used-up, link-revoked; then nothing was made
   */
  async create(plan: UploadPlan, refusal: string | null): Promise<Upload | null> {
    await this.links.begins(plan);
    const id = newId();
    const made = await this.database
      .transaction((manager) => this.insert(manager, id, plan, refusal))
      .catch(async (error: unknown) => {
        // Told from what is free after all was undone.
        throw error instanceof NoRoom ? await quotaExceeded(this.database.manager, plan.spaceId) : error;
      });
    return made ? this.find(id) : null;
  }

  /** @throws to undo the insertion */
  private async insert(manager: EntityManager, id: string, plan: UploadPlan, refusal: string | null): Promise<boolean> {
    if (refusal === null) await this.links.check(manager, plan);
    const { link } = plan;
    const idleSeconds = Math.min(this.limits.expireAfterSeconds, link === undefined ? Infinity : LINK_IDLE_SECONDS);
    const [row] = await manager.query<{ counted: boolean; reserved: boolean }[]>(
      `WITH added AS (
         INSERT INTO uploads (id, space_id, owner, client_key, state, reason, length, chunk_size, name, path, media_type,
           declared_sha256, resumable, conflict, fingerprint, folder_id, max_size, expire_after, sender, sender_network,
           expires_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
           $20, $21, $22, CASE WHEN $5 = 'receiving' THEN now() + make_interval(secs => $18) END, CASE WHEN $5 = 'failed' THEN now() END)
         ON CONFLICT (owner, client_key) DO NOTHING
         RETURNING owner, space_id, ${RESERVED} AS bytes, ended_at IS NULL AS open
       ), ${takeUp(19)}
       SELECT NOT open OR EXISTS (SELECT 1 FROM counted) AS counted,
         NOT open OR bytes = 0 OR EXISTS (SELECT 1 FROM reserved) AS reserved
       FROM added`,
      [
        id,
        plan.spaceId,
        plan.owner,
        plan.clientKey,
        refusal === null ? 'receiving' : 'failed',
        refusal,
        plan.length,
        plan.chunkSize,
        plan.name,
        plan.path,
        plan.mediaType,
        plan.declaredSha256,
        plan.resumable,
        plan.conflict ?? 'reject',
        plan.fingerprint ?? null,
        plan.folderId ?? null,
        plan.maxSize ?? null,
        idleSeconds,
        this.limits.maxOpenUploads,
        link === undefined ? null : idleSeconds,
        link?.sender ?? null,
        link?.network ?? null,
      ],
    );
    if (row?.counted === false) throw tooManyUploads(this.limits);
    if (row?.reserved === false) throw new NoRoom();
    return row !== undefined;
  }

  /** Counts a file that has come by a link; in the transaction that makes it. */
  arrived(manager: EntityManager, upload: Upload, fileId: string): Promise<void> {
    return this.links.arrived(manager, upload, fileId);
  }

  /** Removes an upload that was refused, so that its key can be used again. */
  async removeRefused(id: string): Promise<void> {
    await this.database.query(`DELETE FROM uploads WHERE id = $1 AND state IN ('failed', 'cancelled', 'expired')`, [
      id,
    ]);
  }

  /** Removes an upload that holds no byte; false when it holds some, or there is none. */
  async removeEmpty(id: string): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `WITH ended AS (
         DELETE FROM uploads u WHERE u.id = $1 AND u.state = 'receiving' AND u.received = 0
           AND NOT EXISTS (SELECT 1 FROM chunks c WHERE c.upload_id = u.id)
         RETURNING owner, space_id, ${RESERVED} AS bytes, 0::bigint AS stored
       ), ${GIVE_BACK}
       SELECT 1 FROM ended`,
      [id],
    );
    return rows.length > 0;
  }

  /**
   * Keeps a digest that the client declares after the beginning; the first one stays.
   * @returns the one that is kept; null when the upload no longer receives
   */
  async declareDigest(id: string, sha256: string): Promise<string | null> {
    const [rows] = await this.database.query<[{ declared_sha256: string }[], number]>(
      `UPDATE uploads SET declared_sha256 = coalesce(declared_sha256, $2) WHERE id = $1 AND state = 'receiving'
       RETURNING declared_sha256`,
      [id, sha256],
    );
    return rows[0]?.declared_sha256 ?? null;
  }

  /**
   * Makes a move, unless the upload has made one since it was found: one conditional UPDATE, so that of several who try
   * exactly one succeeds. Sealing (a move to `completing`) also needs all bytes; expiry, and what is only for idle ones,
   * that no byte came since and that nobody writes. A move that ends the upload gives back what it had reserved, or makes it used; it locks the rows that
   * all share, so it comes last in its transaction.
   * @returns the upload's new epoch; null when another was faster
   * @throws TypeError when there is no such move
   */
  async move(manager: EntityManager, found: Found, move: Move): Promise<number | null> {
    const { to, reason, fileId, idleSeconds } = move;
    if (!MOVES[found.state].includes(to)) throw new TypeError(`No upload goes from ${found.state} to ${to}.`);
    const [row] = await manager.query<{ epoch: number }[]>(
      `WITH moved AS (
         UPDATE uploads SET state = $4, epoch = epoch + 1, reason = $5, file_id = $6, updated_at = now(), expires_at = NULL,
           ended_at = CASE WHEN $7::boolean THEN now() END
         WHERE id = $1 AND state = $2 AND epoch = $3 AND ($4 <> 'completing' OR received = length)
           AND ($4 <> 'expired' OR expires_at < now())
           AND ($8::integer IS NULL OR updated_at <= now() - make_interval(secs => $8::integer))
           AND (($4 <> 'expired' AND $8::integer IS NULL)
             OR NOT EXISTS (SELECT 1 FROM upload_leases l WHERE l.upload_id = $1 AND l.until > now()))
         RETURNING epoch, owner, space_id, ${RESERVED} AS bytes
       ), ended AS (
         SELECT owner, space_id, bytes, CASE WHEN $4 = 'complete' THEN bytes ELSE 0 END AS stored
         FROM moved WHERE $7::boolean
       ), ${GIVE_BACK}
       SELECT epoch FROM moved`,
      [found.id, found.state, found.epoch, to, reason ?? null, fileId ?? null, isFinal(to), idleSeconds ?? null],
    );
    return row?.epoch ?? null;
  }

  /**
   * Changes where an upload goes, and ends what held it up. What it holds becomes the length of one that had none; the
   * caller knows that nothing lies between, and keeps its range from growing meanwhile.
   * @returns false when it no longer receives, or holds less than its length
   */
  async redirect(
    id: string,
    { name, folderId, path, conflict }: Pick<Upload, 'name' | 'folderId' | 'path' | 'conflict'>,
  ): Promise<boolean> {
    const [, count] = await this.database.query<[unknown[], number]>(
      `UPDATE uploads SET name = $2, path = $3, conflict = $4, folder_id = $5, reason = NULL, length = received, updated_at = now()
       WHERE id = $1 AND state = 'receiving' AND received = coalesce(length, received)`,
      [id, name, path, conflict, folderId],
    );
    return count > 0;
  }

  /** Lets the time to expiry begin anew; false when it no longer receives. */
  async extend(id: string): Promise<boolean> {
    const [, count] = await this.database.query<[unknown[], number]>(
      `UPDATE uploads SET expires_at = greatest(expires_at, now() + make_interval(secs => coalesce(expire_after, $2)))
       WHERE id = $1 AND state = 'receiving'`,
      [id, this.limits.expireAfterSeconds],
    );
    return count > 0;
  }

  /** Says why an upload that still receives cannot go on. */
  async hold(id: string, reason: string): Promise<void> {
    await this.database.query(`UPDATE uploads SET reason = $2 WHERE id = $1 AND state = 'receiving'`, [id, reason]);
  }

  /** Ids of uploads in a state. */
  async inState(state: UploadState): Promise<string[]> {
    // The collation is that of the index uploads_by_state.
    const rows = await this.database.query<{ id: string }[]>(`SELECT id FROM uploads WHERE state = $1 COLLATE "C"`, [
      state,
    ]);
    return rows.map((row) => row.id);
  }

  /** Uploads that hold all their bytes but were not sealed: the server died between the two. */
  async wholeButUnsealed(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM uploads WHERE ended_at IS NULL AND state = 'receiving' AND received = length AND reason IS NULL AND chunk_count > 0`,
    );
    return rows.map((row) => row.id);
  }

  /** Uploads that a dead process left without a way to go on: a plain form post that has not fully arrived. */
  async abandonedForms(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM uploads WHERE ended_at IS NULL AND state = 'receiving' AND NOT resumable AND chunk_count = 0`,
    );
    return rows.map((row) => row.id);
  }
}
