/** Copies finished contents into the folder that all backups in one place share. A content never changes, so what is there stays. */
import { readdir, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { DataFile, Unreadable, sizeInData } from './data-files.mjs';
import { WrittenFile, errnoOf, makeFolder, sizeOf, syncFolder } from './durable-files.mjs';

const ID = /^[\w-]{1,64}$/;
const SHARD = /^[0-9a-f]{2}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const PART = '.part';
const AT_ONCE = 4;

/**
 * @typedef {object} BlobCounts
 * @property {number} count contents of this backup
 * @property {number} bytes
 * @property {number} copied of these, the ones that were not there yet
 * @property {number} copiedBytes
 * @property {number} damaged contents whose bytes cannot be read, or are not what their name says; not copied
 */

/**
 * @typedef {object} BlobPlan
 * @property {string} from the data folder's `blobs`
 * @property {string} to the backups' `blobs`
 * @property {WrittenFile} list receives a line for each content of this backup
 * @property {AbortSignal} signal
 * @property {(counts: BlobCounts) => void} onProgress
 * @property {(fault: Unreadable) => void} onUnreadable
 */

/**
 * @param {string} folder
 * @param {RegExp} pattern
 * @returns {Promise<string[]>} names in it; none when it is not there
 */
async function namesIn(folder, pattern) {
  try {
    return (await readdir(folder)).filter((name) => pattern.test(name)).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * @param {string} from
 * @param {string} to appears whole or not at all; its folder is not synced
 * @param {AbortSignal} signal
 * @returns {Promise<{ size: number, sha256: string } | undefined>} undefined when there is no such file
 * @throws {Unreadable}
 */
async function copy(from, to, signal) {
  const source = await DataFile.open(from);
  if (!source) return undefined;
  const part = await WrittenFile.create(`${to}${PART}`);
  try {
    for await (const bytes of source.bytes()) {
      signal.throwIfAborted();
      await part.write(bytes);
    }
    const written = await part.finish();
    if (written.sha256 === path.basename(to)) await rename(`${to}${PART}`, to);
    else await unlink(`${to}${PART}`);
    return written;
  } finally {
    await source.close();
    await part.abandon();
  }
}

class BlobCopy {
  /** @type {BlobCounts} */
  counts = { count: 0, bytes: 0, copied: 0, copiedBytes: 0, damaged: 0 };
  /** Folders with new names, to be synced. */
  #touched = new Set();
  #plan;

  /** @param {BlobPlan} plan */
  constructor(plan) {
    this.#plan = plan;
  }

  /** @returns {AsyncGenerator<string, void, undefined>} relative paths of all contents, their target folders made */
  async *#contents() {
    const { from, to } = this.#plan;
    for (const space of await namesIn(from, ID)) {
      for (const shard of await namesIn(path.join(from, space), SHARD)) {
        const folder = path.join(space, shard);
        await makeFolder(path.join(to, folder));
        // Left by a backup that was killed: only one runs in this place at a time.
        for (const name of await readdir(path.join(to, folder))) {
          if (name.endsWith(PART)) await unlink(path.join(to, folder, name));
        }
        for (const name of await namesIn(path.join(from, folder), SHA256)) yield path.join(folder, name);
      }
    }
  }

  /** @param {string} content */
  async #take(content) {
    const { from, to, list, signal, onProgress } = this.#plan;
    signal.throwIfAborted();
    const size = await sizeInData(path.join(from, content));
    if (size === undefined) return; // removed since it was listed: no row of ours needs it, or the check after says so
    const target = path.join(to, content);
    // Also for what is there: a backup that was killed may not have come to this.
    this.#touched.add(path.dirname(target));
    if ((await sizeOf(target)) !== size) {
      const written = await copy(path.join(from, content), target, signal);
      if (!written) return;
      if (written.sha256 !== path.basename(content)) return void this.counts.damaged++;
      this.counts.copied++;
      this.counts.copiedBytes += written.size;
    }
    this.counts.count++;
    this.counts.bytes += size;
    await list.write(Buffer.from(`${content} ${size}\n`));
    onProgress(this.counts);
  }

  /** @param {unknown} error */
  #passOver(error) {
    if (!(error instanceof Unreadable)) throw error;
    this.counts.damaged++;
    this.#plan.onUnreadable(error);
  }

  async run() {
    const contents = this.#contents();
    let failed = false;
    const worker = async () => {
      while (!failed) {
        const { value, done } = await contents.next();
        if (done) return;
        await this.#take(value)
          .catch((error) => this.#passOver(error))
          .catch((error) => {
            failed = true;
            throw error;
          });
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    for (const folder of this.#touched) await syncFolder(folder);
    return this.counts;
  }
}

/**
 * Copies every content that the target does not hold with the same size, hashing it on the way: bytes that are not what
 * their name says, or that the disk does not give back, are not taken, and never replace what an earlier backup holds.
 * @param {BlobPlan} plan
 * @returns {Promise<BlobCounts>}
 */
export const copyBlobs = (plan) => new BlobCopy(plan).run();
