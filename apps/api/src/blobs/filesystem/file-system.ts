import { constants } from 'node:fs';
import * as disk from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ByteRange } from '@stowage/contract';

/** A file that is open for writing. */
export interface OpenFile {
  /** Writes at a place in bytes; it may stop short. */
  writev(buffers: readonly Buffer[], position: number): Promise<{ readonly bytesWritten: number }>;
  /** Makes bytes and size survive a power cut. */
  datasync(): Promise<void>;
  /** The same, and the rest of the inode. */
  sync(): Promise<void>;
  /** Cuts it to so many bytes. */
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** What a file system has left, in its own units. */
export interface Capacity {
  /** Bytes of a block. */
  readonly bsize: number;
  /** Blocks that this user may still take. */
  readonly bavail: number;
  /** Inodes there are at all; 0 where they are not counted. */
  readonly files: number;
  readonly ffree: number;
}

/**
 * The way of the store to the disk: the calls that it makes, and no others. Each fails with a system error. A second
 * implementation lives in the tests and knows what a power cut would leave.
 */
export interface FileSystem {
  /** @param flags of `node:fs` */
  open(path: string, flags: number, mode?: number): Promise<OpenFile>;
  /** A stream of a part of a file; it does not follow a link, and closes the file when it ends or is destroyed. */
  read(path: string, range: ByteRange): Promise<Readable>;
  link(existing: string, path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(path: string, mode: number): Promise<unknown>;
  /** Removes an empty folder. */
  rmdir(path: string): Promise<void>;
  readdir(path: string): Promise<string[]>;
  stat(path: string): Promise<{ readonly size: number }>;
  statfs(path: string): Promise<Capacity>;
  /** See {@link syncFolder}. */
  syncFolder(path: string): Promise<void>;
}

const READ_BATCH_BYTES = 256 * 1024;

/** Makes names created, renamed or removed in a folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await disk.open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The disk of this machine. */
export const DISK: FileSystem = {
  open: disk.open,
  link: disk.link,
  unlink: disk.unlink,
  mkdir: (path, mode) => disk.mkdir(path, { mode }),
  rmdir: (path) => disk.rmdir(path),
  readdir: (path) => disk.readdir(path),
  stat: (path) => disk.stat(path),
  statfs: (path) => disk.statfs(path),

  async read(path, { start, end }) {
    const file = await disk.open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    // `end` of a read stream is inclusive.
    return file.createReadStream({ start, end: end - 1, highWaterMark: READ_BATCH_BYTES });
  },
  syncFolder,
};
