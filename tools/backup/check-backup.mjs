/** Whether a backup is whole, before anything of it is restored. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Fault } from '../workspace/fault.mjs';
import { digestOf, errnoOf } from './durable-files.mjs';

/** Like `<space>/<two digits>/<sha256> <size>`. */
const LINE = /^([\w-]{1,64}\/[0-9a-f]{2}\/([0-9a-f]{64})) (\d+)$/;

/** @typedef {{ content: string, sha256: string, size: number }} ListedBlob `content`: its path below `blobs` */

/**
 * The files of the backup's own folder are small but for the database: all are hashed.
 * @param {string} folder
 * @param {import('./manifest.mjs').Manifest} manifest
 * @throws {Fault}
 */
export async function checkFiles(folder, { files }) {
  for (const { name, size, sha256 } of files) {
    const file = path.join(folder, path.basename(name));
    const found = await digestOf(file).catch((error) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
      throw new Fault(`The backup is not whole: ${file} is missing; use another one.`);
    });
    if (found.size !== size || found.sha256 !== sha256) {
      throw new Fault(`The backup is damaged: ${file} is not what was written; use another one.`);
    }
  }
}

/**
 * The contents that belong to a backup.
 * @param {string} folder
 * @returns {AsyncGenerator<ListedBlob, void, undefined>}
 */
export async function* listedBlobs(folder) {
  for await (const line of linesOf(path.join(folder, 'blobs.list'))) {
    const [, content, sha256, size] = LINE.exec(line) ?? [];
    if (content === undefined || sha256 === undefined)
      throw new Fault(`The backup is damaged: blobs.list in ${folder}.`);
    yield { content, sha256, size: Number(size) };
  }
}

/** @param {string} file */
export function linesOf(file) {
  return createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {AbortSignal} signal
 * @throws {Fault} when a content is missing or has another size
 */
export async function checkBlobs(root, folder, signal) {
  for await (const { content, size } of listedBlobs(folder)) {
    signal.throwIfAborted();
    const file = path.join(root, 'blobs', content);
    const found = await stat(file).catch((error) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
      throw new Fault(`The backup is not whole: ${file} is missing; use another one.`);
    });
    if (found.size !== size)
      throw new Fault(`The backup is damaged: ${file} has ${found.size} bytes instead of ${size}.`);
  }
}
