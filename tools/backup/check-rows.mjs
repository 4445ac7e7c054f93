/** Conservation: every file of the database has its bytes in the backup. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from './durable-files.mjs';

const ROWS_AT_ONCE = 1000;

/**
 * Looks up, among the copied contents, those that a file refers to and that were there before the backup began.
 * @param {import('pg').Client} database
 * @param {string} begun time by the database's clock
 * @param {string} blobs the backups' folder of contents
 * @param {AbortSignal} signal
 * @returns {Promise<number>} how many are not there, or with another size: the data folder had lost them before
 */
export async function countMissing(database, begun, blobs, signal) {
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
      if ((await sizeOf(path.join(blobs, space_id, sha256.slice(0, 2), sha256))) !== Number(size)) missing++;
    }
    const end = rows.at(-1);
    if (!end) return missing;
    last = end.id;
  }
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
