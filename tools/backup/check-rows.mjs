/** Conservation: every file of the database has its bytes in the backup. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { DataFile, Unreadable, sizeInData } from './data-files.mjs';
import { sizeOf } from './durable-files.mjs';

const ROWS_AT_ONCE = 1000;

/**
 * @typedef {object} CheckPlan
 * @property {import('pg').Client} database
 * @property {string} begun when the backup began, by the database's clock
 * @property {string} from the data folder's `blobs`
 * @property {string} to the backups' `blobs`
 * @property {import('./durable-files.mjs').WrittenFile} list of contents of this backup; receives those that only earlier ones have
 * @property {AbortSignal} signal
 */

/**
 * @typedef {object} Losses contents that a file refers to, and that the data folder had lost before the backup began
 * @property {number} missing in no backup either
 * @property {number} rescued an earlier backup has them, and so this one does, too
 * @property {number} rescuedBytes
 */

/**
 * Looks up, among the copied contents, those that a file refers to and that were there before the backup began.
 * @param {CheckPlan} plan
 * @returns {Promise<Losses>}
 */
export async function checkRows({ database, begun, from, to, list, signal }) {
  const losses = { missing: 0, rescued: 0, rescuedBytes: 0 };
  for (let last = ''; ;) {
    const { rows } = await database.query(
      `SELECT id, space_id, sha256, size FROM blobs b
       WHERE id > $1 AND created_at < $2 AND EXISTS (SELECT FROM entries e WHERE e.blob_id = b.id)
       ORDER BY id LIMIT ${ROWS_AT_ONCE}`,
      [last, begun],
    );
    for (const { space_id, sha256, size: text } of rows) {
      signal.throwIfAborted();
      const [content, size] = [path.join(space_id, sha256.slice(0, 2), sha256), Number(text)];
      const [original, copy] = [path.join(from, content), path.join(to, content)];
      if ((await sizeOf(copy)) !== size) {
        if (!(await isWhole(original, sha256))) losses.missing++;
      } else if ((await unlessUnreadable(sizeInData(original))) !== size) {
        // Contents are found in the data folder, and this one was not.
        await list.write(Buffer.from(`${content} ${size}\n`));
        losses.rescued++;
        losses.rescuedBytes += size;
      }
    }
    const end = rows.at(-1);
    if (!end) return losses;
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
  return (await unlessUnreadable(digestOf(file))) === sha256;
}

/**
 * @param {string} file
 * @returns {Promise<string | undefined>} undefined when it is not there
 * @throws {Unreadable}
 */
async function digestOf(file) {
  const source = await DataFile.open(file);
  if (!source) return undefined;
  const hash = createHash('sha256');
  try {
    for await (const bytes of source.bytes()) hash.update(bytes);
  } finally {
    await source.close();
  }
  return hash.digest('hex');
}

/**
 * @param {Promise<T>} reading
 * @returns {Promise<T | undefined>}
 * @template T
 */
function unlessUnreadable(reading) {
  return reading.catch((error) => {
    if (!(error instanceof Unreadable)) throw error;
    return undefined;
  });
}
