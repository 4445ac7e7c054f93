/** Brings contents and the bytes of unfinished uploads back into a data folder. */
import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import path from 'node:path';
import { readableSize } from '../launch/box.mjs';
import { Fault } from '../workspace/fault.mjs';
import { linesOf, listedBlobs } from './check-backup.mjs';
import { WrittenFile, bytesOf, digestOf, errnoOf, makeFolder, syncFolder, writeAt } from './durable-files.mjs';
import { nowAndThen, several } from './progress.mjs';

const ID = /^[\w-]{1,64}$/;
const CONTENT = /^[\w-]{1,64}\/[0-9a-f]{2}\/[0-9a-f]{64}$/;

/**
 * @typedef {object} BytesPlan
 * @property {string} root where backups are kept
 * @property {string} folder of this backup
 * @property {string} dataDir
 * @property {AbortSignal} signal
 */

/**
 * A synced copy; the file system shares the bytes where it can.
 * @param {string} from
 * @param {string} to
 */
async function copyWhole(from, to) {
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  const file = await open(to, 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * @param {string} from
 * @param {string} to
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the SHA-256 of what was copied
 */
async function copyHashed(from, to, signal) {
  const source = await open(from, 'r');
  const copy = await WrittenFile.create(to);
  try {
    for await (const bytes of bytesOf(source)) {
      signal.throwIfAborted();
      await copy.write(bytes);
    }
    return (await copy.finish()).sha256;
  } finally {
    await source.close();
    await copy.abandon();
  }
}

/**
 * @param {BytesPlan & { verify: boolean, log: (line: string) => void }} plan
 * @throws {Fault} with `verify`, when a content is not what its name says
 */
export async function restoreBlobs({ root, folder, dataDir, verify, log, signal }) {
  const say = nowAndThen(log);
  /** @type {Set<string>} */
  const folders = new Set();
  let [count, sum] = [0, 0];
  for await (const { content, sha256, size } of listedBlobs(folder)) {
    signal.throwIfAborted();
    const [from, to] = [path.join(root, 'blobs', content), path.join(dataDir, 'blobs', content)];
    if (!folders.has(path.dirname(to))) await makeFolder(path.dirname(to));
    folders.add(path.dirname(to));
    if (!verify) await copyWhole(from, to).catch(unlessThere);
    else if ((await copyHashed(from, to, signal)) !== sha256) {
      throw new Fault(`The backup is damaged: the bytes of ${from} are not what its name says; use another backup.`);
    }
    count++;
    sum += size;
    say(() => `Contents: ${several(count)} so far, ${readableSize(sum)}.`);
  }
  for (const made of folders) await syncFolder(made);
}

/**
 * @param {BytesPlan} plan
 * @throws {Fault} when the bytes of an upload are not what was written
 */
export async function restoreStaging({ root, folder, dataDir, signal }) {
  const staging = path.join(dataDir, 'staging');
  for await (const line of linesOf(path.join(folder, 'staging.list'))) {
    signal.throwIfAborted();
    /** @type {import('./copy-staging.mjs').StagedUpload} */
    const upload = JSON.parse(line);
    if (!ID.test(upload.id)) throw new Fault(`The backup is damaged: staging.list in ${folder}.`);
    const to = path.join(staging, upload.id);
    if (upload.blob === undefined) await unpack(upload, path.join(folder, 'staging', upload.id), to);
    // It may be unfinished in the database; if not, the server removes the copy when it starts.
    else if (CONTENT.test(upload.blob)) await copyIfThere(path.join(root, 'blobs', upload.blob), to);
  }
  await syncFolder(staging);
}

/**
 * The folder was empty: this content is listed twice, since the data folder lost it while it was backed up.
 * @param {unknown} error
 */
function unlessThere(error) {
  if (errnoOf(error) !== 'EEXIST') throw error;
}

/**
 * A content that was damaged is not in the backup.
 * @param {string} from
 * @param {string} to
 */
async function copyIfThere(from, to) {
  await copyWhole(from, to).catch((error) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
}

/**
 * @param {import('./copy-staging.mjs').StagedUpload} upload
 * @param {string} from its ranges, packed
 * @param {string} to each range at its place
 */
async function unpack({ ranges = [], sha256 }, from, to) {
  if ((await digestOf(from)).sha256 !== sha256) {
    throw new Fault(`The backup is damaged: ${from} is not what was written; use another one.`);
  }
  const [source, target] = [await open(from, 'r'), await open(to, 'wx', 0o600)];
  try {
    let packed = 0;
    for (const [start, end] of ranges) {
      let at = start;
      for await (const bytes of bytesOf(source, packed, packed + end - start)) {
        await writeAt(target, bytes, at);
        at += bytes.length;
      }
      packed += end - start;
    }
    await target.sync();
  } finally {
    await source.close();
    await target.close();
  }
}
