/** Files that survive a power cut: synced, and their names with them. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';

/** @typedef {import('node:fs/promises').FileHandle} FileHandle */

/** Bytes that are read and written at once. */
export const BATCH = 1024 * 1024;

/** @param {string} folder */
export async function syncFolder(folder) {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder and those above it, closed to others, and syncs every one that was made into its parent.
 * @param {string} folder absolute
 */
export async function makeFolder(folder) {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made)) await syncFolder(path.dirname(made));
}

/**
 * Writes a file in one step: it is there whole, or as it was.
 * @param {string} file
 * @param {string} content
 */
export async function writeWhole(file, content) {
  const building = `${file}.new`;
  const handle = await open(building, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(building, file);
  await syncFolder(path.dirname(file));
}

/** @param {unknown} error */
export const errnoOf = (error) => /** @type {NodeJS.ErrnoException} */ (error)?.code;

/**
 * @param {string} file
 * @returns {Promise<number | undefined>} undefined when it is not there
 */
export async function sizeOf(file) {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {FileHandle} handle
 * @param {Uint8Array} bytes
 * @param {number} place
 */
export async function writeAt(handle, bytes, place) {
  for (let at = 0; at < bytes.length;) {
    at += (await handle.write(bytes, at, bytes.length - at, place + at)).bytesWritten;
  }
}

/** A new file that knows its size and SHA-256 when it is closed. */
export class WrittenFile {
  #hash = createHash('sha256');
  #handle;
  size = 0;

  /** @param {FileHandle} handle */
  constructor(handle) {
    this.#handle = handle;
  }

  /** @param {string} file replaced when it is there */
  static async create(file) {
    return new WrittenFile(await open(file, 'w', 0o600));
  }

  /**
   * Appends. The place is taken before anything is awaited: several may write at once.
   * @param {Uint8Array} bytes
   */
  async write(bytes) {
    const place = this.size;
    this.size += bytes.length;
    this.#hash.update(bytes);
    await writeAt(this.#handle, bytes, place);
  }

  /**
   * Syncs and closes it.
   * @returns {Promise<{ size: number, sha256: string }>}
   */
  async finish() {
    try {
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
    return { size: this.size, sha256: this.#hash.digest('hex') };
  }

  /** Closes it, whatever became of it. */
  async abandon() {
    await this.#handle.close().catch(() => {});
  }
}

/**
 * The bytes of a range of a file, in batches.
 * @param {FileHandle} file
 * @param {number} start
 * @param {number} end exclusive; less comes when the file ends before it
 * @returns {AsyncGenerator<Buffer, void, undefined>} each batch is valid until the next one
 */
export async function* bytesOf(file, start = 0, end = Number.MAX_SAFE_INTEGER) {
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(BATCH, end - start)));
  for (let at = start; at < end;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * @param {string} file
 * @returns {Promise<{ size: number, sha256: string }>}
 */
export async function digestOf(file) {
  const handle = await open(file, 'r');
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const bytes of bytesOf(handle)) {
      hash.update(bytes);
      size += bytes.length;
    }
  } finally {
    await handle.close();
  }
  return { size, sha256: hash.digest('hex') };
}
