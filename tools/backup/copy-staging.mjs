/**
 * Copies what unfinished uploads hold: the recorded ranges, one after the other, since a staging file may be sparse and
 * far longer than what it holds. Bytes are synced before they are recorded, and recorded ranges are never written again,
 * so whatever the backed-up database has recorded is in the file.
 */
import { unlink } from 'node:fs/promises';
import path from 'node:path';
import { DataFile, Unreadable } from './data-files.mjs';
import { WrittenFile, syncFolder } from './durable-files.mjs';

const ID = /^[\w-]{1,64}$/;
const UPLOADS_AT_ONCE = 500;
const ROWS_AT_ONCE = 10_000;

/**
 * @typedef {object} StagedUpload a line of `staging.list`
 * @property {string} id
 * @property {[number, number][]} [ranges] first byte and end of each run in the backup's `staging/<id>`, packed in this order
 * @property {string} [sha256] of that file
 * @property {string} [blob] instead: the upload has become this content since the database was read
 */

/**
 * @typedef {object} StagingPlan
 * @property {import('pg').Client} database which was given to noteUnfinished
 * @property {{ begun: string, ended: string }} times of the base backup, by the database's clock
 * @property {string} from the data folder's `staging`
 * @property {string} to the backup's `staging`
 * @property {WrittenFile} list receives a line for each upload
 * @property {AbortSignal} signal
 * @property {(fault: Unreadable) => void} onUnreadable
 */

/**
 * @typedef {object} StagingCounts
 * @property {number} count unfinished uploads that hold bytes
 * @property {number} bytes
 * @property {number} damaged uploads whose recorded bytes cannot be read, or are not there; not copied
 */

/** Of this connection only, and so in no backup: the uploads that were unfinished before the database was read. */
const BEFORE = 'unfinished_before_backup';

/** @typedef {{ id: string, state: string, space_id: string | null, sha256: string | null }} Row */

const UPLOADS = `
  SELECT u.id, u.state, b.space_id, b.sha256
  FROM uploads u LEFT JOIN entries e ON e.id = u.file_id LEFT JOIN blobs b ON b.id = e.blob_id`;

class StagingCopy {
  /** @type {StagingCounts} */
  counts = { count: 0, bytes: 0, damaged: 0 };
  #plan;

  /** @param {StagingPlan} plan */
  constructor(plan) {
    this.#plan = plan;
  }

  async run() {
    const { database, times, to, signal } = this.#plan;
    for (let last = ''; ;) {
      /** @type {{ rows: Row[] }} */
      const { rows } = await database.query(
        `${UPLOADS} WHERE u.id > $1 AND u.created_at < $2
           AND (u.state IN ('receiving', 'completing') OR (u.state = 'complete'
             AND (u.created_at > $3::timestamptz - interval '1 minute' OR u.id IN (SELECT id FROM ${BEFORE}))))
         ORDER BY u.id LIMIT ${UPLOADS_AT_ONCE}`,
        [last, times.ended, times.begun],
      );
      for (const row of rows) {
        signal.throwIfAborted();
        if (ID.test(row.id)) await this.#take(row);
      }
      const end = rows.at(-1);
      if (!end) break;
      last = end.id;
    }
    await syncFolder(to);
    return this.counts;
  }

  /** @param {Row} row */
  async #take(row) {
    const copied = row.state === 'complete' ? undefined : await this.#tryToCopy(row.id);
    const { rows } = await this.#plan.database.query(`${UPLOADS} WHERE u.id = $1`, [row.id]);
    /** @type {Row | undefined} */
    const now = rows[0];
    // Read again: while it is unfinished no row of its chunks goes away, so none was missed.
    const isUnfinished = now?.state === 'receiving' || now?.state === 'completing';
    if (copied && isUnfinished) return this.#keep(copied);
    if (copied) await unlink(path.join(this.#plan.to, row.id));
    else if (copied === null && isUnfinished) this.counts.damaged++;
    if (now?.state === 'complete' && now.sha256 !== null) {
      await this.#say({ id: row.id, blob: `${now.space_id}/${now.sha256.slice(0, 2)}/${now.sha256}` });
    }
  }

  /** @param {StagedUpload & { size: number }} copied */
  async #keep({ size, ...upload }) {
    this.counts.count++;
    this.counts.bytes += size;
    await this.#say(upload);
  }

  /** @param {StagedUpload} upload */
  #say(upload) {
    return this.#plan.list.write(Buffer.from(`${JSON.stringify(upload)}\n`));
  }

  /**
   * @param {string} id
   * @returns {Promise<(StagedUpload & { size: number }) | null | undefined>} as #copy; null also when its bytes cannot be read
   */
  async #tryToCopy(id) {
    try {
      return await this.#copy(id);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.#plan.onUnreadable(error);
      return null;
    }
  }

  /**
   * @param {string} id
   * @returns {Promise<(StagedUpload & { size: number }) | null | undefined>} undefined when nothing is recorded; null
   *   when not all that is recorded is there
   * @throws {Unreadable}
   */
  async #copy(id) {
    const file = path.join(this.#plan.to, id);
    const packed = await WrittenFile.create(file);
    let source;
    /** @type {[number, number][]} */
    const ranges = [];
    let isThere = true;
    let isKept = false;
    try {
      source = await DataFile.open(path.join(this.#plan.from, id));
      for await (const [start, end] of this.#recorded(id)) {
        if (source) await this.#pack(source, start, end, packed);
        const last = ranges.at(-1);
        if (last?.[1] === start) last[1] = end;
        else ranges.push([start, end]);
        isThere = packed.size === sizeOfRanges(ranges);
        if (!isThere) break;
      }
      const { size, sha256 } = await packed.finish();
      isKept = isThere && ranges.length > 0;
      if (isKept) return { id, ranges, sha256, size };
      return isThere ? undefined : null;
    } finally {
      await source?.close();
      await packed.abandon();
      if (!isKept) await unlink(file);
    }
  }

  /**
   * @param {DataFile} source
   * @param {number} start
   * @param {number} end
   * @param {WrittenFile} packed
   */
  async #pack(source, start, end, packed) {
    for await (const bytes of source.bytes(start, end)) {
      this.#plan.signal.throwIfAborted();
      await packed.write(bytes);
    }
  }

  /**
   * @param {string} id
   * @returns {AsyncGenerator<[number, number], void, undefined>} recorded ranges in order
   */
  async *#recorded(id) {
    for (let last = '-1'; ;) {
      const { rows } = await this.#plan.database.query(
        `SELECT "offset", length FROM chunks WHERE upload_id = $1 AND "offset" > $2 ORDER BY "offset" LIMIT ${ROWS_AT_ONCE}`,
        [id, last],
      );
      for (const { offset, length } of rows) yield [Number(offset), Number(offset) + Number(length)];
      const end = rows.at(-1);
      if (!end) return;
      last = end.offset;
    }
  }
}

/** @param {[number, number][]} ranges */
const sizeOfRanges = (ranges) => ranges.reduce((sum, [start, end]) => sum + end - start, 0);

/**
 * Remembers which uploads are unfinished, before the database is read: one that completes meanwhile may be unfinished in
 * the backup. Its own times would not tell, since they are those of the beginning of a transaction.
 * @param {import('pg').Client} database the connection that copyStaging gets
 */
export async function noteUnfinished(database) {
  await database.query(
    `CREATE TEMPORARY TABLE ${BEFORE} AS SELECT id FROM uploads WHERE state IN ('receiving', 'completing')`,
  );
}

/**
 * Copies the bytes of unfinished uploads. Comes after the base backup and before the contents: an upload that completes
 * meanwhile is found among them.
 * @param {StagingPlan} plan
 * @returns {Promise<StagingCounts>}
 */
export const copyStaging = (plan) => new StagingCopy(plan).run();
