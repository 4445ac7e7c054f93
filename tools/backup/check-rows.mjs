/** Conservation: every file of the database has its bytes in the backup. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { digestOf, errnoOf } from './durable-files.mjs';

const ROWS_AT_ONCE = 1000;

/**
 * @typedef {object} CheckPlan
 * @property {import('pg').Client} database
 * @property {string} begun when the backup began, by the database's clock
 * @property {string} from the data folder's `blobs`
 * @property {string} to the backups' `blobs`
 * @property {AbortSignal} signal
 */

/**
 * Looks up, among the copied contents, those that a file refers to and that were there before the backup began.
 * @param {CheckPlan} plan
 * @returns {Promise<number>} how many are not there, or with another size: the data folder had lost them before
 */
export async function countMissing({ database, begun, from, to, signal }) {
  let missing = 0;
  for (let last = ''; ;) {
    const { rows } = await database.query(
      `SELECT id, space_id, sha256, size FROM blobs b
       WHERE id > $1 AND created_at < $2 AND EXISTS (SELECT FROM entries e WHERE e.blob_id = b.id)
       ORDER BY id LIMIT ${ROWS_AT_ONCE}`,
      [last, begun],
    );
    for (const { space_id, sha256, size } of rows) {
      signal.throwIfAborted();
      const content = path.join(space_id, sha256.slice(0, 2), sha256);
      if ((await sizeOf(path.join(to, content))) === Number(size)) continue;
      if (!(await isWhole(path.join(from, content), sha256))) missing++;
    }
    const end = rows.at(-1);
    if (!end) return missing;
    last = end.id;
  }
}

/**
 * A row carries the time of its transaction's beginning: this one was committed, and its bytes came, after the backup had
 * passed by. The backup's database does not know it.
 * @param {string} file
 * @param {string} sha256
 */
async function isWhole(file, sha256) {
  return (await sizeOf(file)) !== undefined && (await digestOf(file)).sha256 === sha256;
}

/** @param {string} file */
async function sizeOf(file) {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
