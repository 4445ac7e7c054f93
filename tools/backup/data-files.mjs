/** Reading what may be damaged: files of the data folder, of which one that its disk does not give back must not end a backup. */
import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import { bytesOf, errnoOf, sizeOf } from './durable-files.mjs';

/** The disk, or the file system on it, is at fault (EUCLEAN has no name here). Whatever else goes wrong can be mended first. */
const DISK_FAULTS = new Set([constants.errno.EIO, constants.errno.EBADMSG, 117]);

/** A file is there, and its disk does not give it back. */
export class Unreadable extends Error {}

/**
 * @param {string} file
 * @param {unknown} error
 */
function faultOf(file, error) {
  const { errno = 0 } = /** @type {NodeJS.ErrnoException} */ (error);
  if (!DISK_FAULTS.has(Math.abs(errno))) return error;
  return new Unreadable(`${file} cannot be read (${errnoOf(error)})`, { cause: error });
}

/**
 * @param {string} file
 * @returns {Promise<number | undefined>} undefined when it is not there
 * @throws {Unreadable}
 */
export async function sizeInData(file) {
  try {
    return await sizeOf(file);
  } catch (error) {
    throw faultOf(file, error);
  }
}

/** A file of the data folder, open for reading. */
export class DataFile {
  #file;
  #handle;

  /**
   * @param {string} file
   * @param {import('node:fs/promises').FileHandle} handle
   */
  constructor(file, handle) {
    this.#file = file;
    this.#handle = handle;
  }

  /**
   * @param {string} file
   * @returns {Promise<DataFile | undefined>} undefined when it is not there
   * @throws {Unreadable}
   */
  static async open(file) {
    try {
      return new DataFile(file, await open(file, 'r'));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw faultOf(file, error);
    }
  }

  /**
   * @param {number} [start]
   * @param {number} [end] see bytesOf
   * @returns {AsyncGenerator<Buffer, void, undefined>}
   * @throws {Unreadable}
   */
  async *bytes(start, end) {
    try {
      yield* bytesOf(this.#handle, start, end);
    } catch (error) {
      throw faultOf(this.#file, error);
    }
  }

  close() {
    return this.#handle.close();
  }
}
