import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { ByteRange, UploadState } from '@stowage/contract';
import { DataSource, type EntityManager, Repository } from 'typeorm';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { newId } from '../platform/database/ids.js';
import { Upload } from './entities/upload.entity.js';
import { MOVES } from './upload-states.js';

/** What a client declares of an upload when it begins one. */
export interface UploadPlan {
  readonly spaceId: string;
  readonly owner: string;
  readonly clientKey: string | null;
  /** Bytes; null while unknown. */
  readonly length: number | null;
  readonly chunkSize: number | null;
  readonly name: string;
  /** Folder, `/`-separated; `''` is the root. */
  readonly path: string;
  readonly mediaType: string;
  readonly declaredSha256: string | null;
}

/** Where an upload stands, seen from one of its offsets. */
export interface Standing {
  readonly state: UploadState;
  readonly received: number;
  readonly held: boolean;
}

/** How far an upload is after a chunk was recorded. */
export interface Progress {
  readonly received: number;
  readonly length: number;
}

/** The SQL of uploads and chunks. The row, not the file's size, says what is held. */
@Injectable()
export class UploadLedger {
  constructor(
    @InjectRepository(Upload) private readonly uploads: Repository<Upload>,
    private readonly database: DataSource,
  ) {}

  find(id: string): Promise<Upload | null> {
    return this.uploads.findOneBy({ id });
  }

  findByKey(owner: string, clientKey: string): Promise<Upload | null> {
    return this.uploads.findOneBy({ owner, clientKey });
  }

  /**
   * Makes an upload, refused from the start when `refusal` names a problem: then it is only a tombstone.
   * @returns null when another request has just made one with the same key
   */
  async create(plan: UploadPlan, refusal: string | null): Promise<Upload | null> {
    const id = newId();
    const rows = await this.database.query<unknown[]>(
      `INSERT INTO uploads (id, space_id, owner, client_key, state, reason, length, chunk_size, name, path, media_type, declared_sha256)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (owner, client_key) DO NOTHING RETURNING id`,
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
      ],
    );
    return rows.length === 0 ? null : this.find(id);
  }

  /** Removes an upload that was refused, so that its key can be used again. */
  async removeRefused(id: string): Promise<void> {
    await this.database.query(`DELETE FROM uploads WHERE id = $1 AND state IN ('failed', 'cancelled')`, [id]);
  }

  /** Removes an upload that holds no byte; false when it holds some, or there is none. */
  async removeEmpty(id: string): Promise<boolean> {
    const [, count] = await this.database.query<[unknown[], number]>(
      `DELETE FROM uploads u WHERE u.id = $1 AND u.state = 'receiving' AND u.received = 0
         AND NOT EXISTS (SELECT 1 FROM chunks c WHERE c.upload_id = u.id)`,
      [id],
    );
    return count > 0;
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

  /** Where an upload stands now, and whether the bytes at this offset are recorded; null when it is gone. */
  async standing(uploadId: string, offset: number): Promise<Standing | null> {
    const rows = await this.database.query<{ state: UploadState; received: BigintText; held: boolean }[]>(
      `SELECT u.state, u.received, EXISTS (SELECT 1 FROM chunks c WHERE c.upload_id = u.id AND c."offset" = $2) AS held
       FROM uploads u WHERE u.id = $1`,
      [uploadId, offset],
    );
    const row = rows[0];
    return row === undefined ? null : { state: row.state, received: toSafeInteger(row.received), held: row.held };
  }

  /**
   * Records a chunk whose bytes are synced. An upload of unknown length gets the chunk's end as its length.
   * The upload's row is locked first, so that nothing is recorded for one that has just been cancelled.
   * @returns null when the upload no longer receives, or the chunk is recorded already
   */
  async record(uploadId: string, offset: number, length: number): Promise<Progress | null> {
    const [rows] = await this.database.query<[{ received: BigintText; length: BigintText }[], number]>(
      `WITH target AS (
         SELECT id FROM uploads WHERE id = $1 AND state = 'receiving' FOR UPDATE
       ), chunk AS (
         INSERT INTO chunks (upload_id, "offset", length) SELECT id, $2::bigint, $3::bigint FROM target
         ON CONFLICT DO NOTHING RETURNING upload_id
       )
       UPDATE uploads u SET received = u.received + $3::bigint, length = coalesce(u.length, $2::bigint + $3::bigint), updated_at = now()
       FROM chunk WHERE u.id = chunk.upload_id RETURNING u.received, u.length`,
      [uploadId, offset, length],
    );
    const row = rows[0];
    return row === undefined ? null : { received: toSafeInteger(row.received), length: toSafeInteger(row.length) };
  }

  /** Seals an upload whose last gap is closed; false when another request has, or it is not whole. */
  async seal(manager: EntityManager, id: string): Promise<boolean> {
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE uploads SET state = 'completing', reason = NULL, updated_at = now()
       WHERE id = $1 AND state = 'receiving' AND received = length`,
      [id],
    );
    return count > 0;
  }

  /** Makes an upload complete, as the file given; false when it is not completing any more. */
  async complete(manager: EntityManager, id: string, fileId: string): Promise<boolean> {
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE uploads SET state = 'complete', file_id = $2, updated_at = now() WHERE id = $1 AND state = 'completing'`,
      [id, fileId],
    );
    return count > 0;
  }

  /** Ends an upload without a file; false when it is in no state to be ended so. */
  async end(
    manager: EntityManager,
    id: string,
    state: 'failed' | 'cancelled',
    reason: string | null,
  ): Promise<boolean> {
    const from = (Object.keys(MOVES) as UploadState[]).filter((before) => MOVES[before].includes(state));
    const [, count] = await manager.query<[unknown[], number]>(
      `UPDATE uploads SET state = $2, reason = $3, updated_at = now() WHERE id = $1 AND state = ANY($4)`,
      [id, state, reason, from],
    );
    return count > 0;
  }

  /** Says why an upload that still receives cannot go on. */
  async hold(id: string, reason: string): Promise<void> {
    await this.database.query(`UPDATE uploads SET reason = $2 WHERE id = $1 AND state = 'receiving'`, [id, reason]);
  }

  /** Drops the chunk rows of an upload that has ended: nothing asks for them any more. */
  async forgetChunks(uploadId: string): Promise<void> {
    await this.database.query(`DELETE FROM chunks WHERE upload_id = $1`, [uploadId]);
  }

  /** Every recorded range, in order of offset. */
  async chunks(uploadId: string): Promise<ByteRange[]> {
    const rows = await this.database.query<{ start: BigintText; end: BigintText }[]>(
      `SELECT "offset" AS start, "offset" + length AS end FROM chunks WHERE upload_id = $1 ORDER BY "offset"`,
      [uploadId],
    );
    return rows.map((row) => ({ start: toSafeInteger(row.start), end: toSafeInteger(row.end) }));
  }

  /** Ids of uploads in a state. */
  async inState(state: UploadState): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(`SELECT id FROM uploads WHERE state = $1`, [state]);
    return rows.map((row) => row.id);
  }

  /** Uploads that hold all their bytes but were not sealed: the server died between the two. */
  async wholeButUnsealed(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM uploads u WHERE state = 'receiving' AND received = length AND reason IS NULL
         AND EXISTS (SELECT 1 FROM chunks c WHERE c.upload_id = u.id)`,
    );
    return rows.map((row) => row.id);
  }

  /** Uploads that a dead process left without a way to go on: a plain form post that has not fully arrived. */
  async abandonedForms(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM uploads u WHERE state = 'receiving' AND client_key IS NULL
         AND NOT EXISTS (SELECT 1 FROM chunks c WHERE c.upload_id = u.id)`,
    );
    return rows.map((row) => row.id);
  }

  /** Of these ids, the ones of uploads that have ended: nothing staged for them is wanted any more. */
  async ended(ids: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM uploads WHERE id = ANY($1) AND state IN ('complete', 'failed', 'cancelled')`,
      [ids],
    );
    return rows.map((row) => row.id);
  }
}
