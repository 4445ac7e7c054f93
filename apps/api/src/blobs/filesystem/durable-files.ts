import { constants } from 'node:fs';
import { join } from 'node:path';
import type { FileSystem, OpenFile } from './file-system.js';
import { errnoOf } from './storage-faults.js';
import type { StorageLayout } from './storage-layout.js';

export { syncFolder } from './file-system.js';

/** Files are ours alone. */
export const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/**
 * Makes a folder when it is missing; its parent must exist.
 * @param syncParent called even when the folder was there, since whoever made it may not have got that far
 */
export async function ensureFolder(files: FileSystem, path: string, syncParent: () => Promise<void>): Promise<void> {
  const made = await madeFolder(files, path);
  try {
    await syncParent();
  } catch (error) {
    // A second sync of the same name might say yes without having written it, so the name must not stay.
    if (made) await files.rmdir(path).catch(() => undefined);
    throw error;
  }
}

async function madeFolder(files: FileSystem, path: string): Promise<boolean> {
  try {
    await files.mkdir(path, FOLDER_MODE);
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

/** Does something to a file or folder; no fault, and no result, when there is none. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Cuts a file to so many bytes. Not synced: nobody trusts what lies behind them, there or not. */
export async function cutTo(files: FileSystem, path: string, bytes: number): Promise<void> {
  const file = await files.open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}

/** Writes and syncs a small file where chunks go, and removes it: fails as a chunk would. */
export async function probeWriting(files: FileSystem, layout: StorageLayout): Promise<void> {
  const path = join(layout.staging, '.probe');
  const file = await files.open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, FILE_MODE);
  try {
    await writeAll(file, [Buffer.from('probe')], 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await ifThere(files.unlink(path));
}

/** Writes all buffers at a place in a file, however many calls that takes. */
export async function writeAll(file: OpenFile, buffers: readonly Buffer[], position: number): Promise<void> {
  let rest = buffers;
  let at = position;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, at);
    at += bytesWritten;
    rest = after(rest, bytesWritten);
  }
}

function after(buffers: readonly Buffer[], bytes: number): readonly Buffer[] {
  let skip = bytes;
  for (const [index, buffer] of buffers.entries()) {
    if (skip < buffer.length) return [buffer.subarray(skip), ...buffers.slice(index + 1)];
    skip -= buffer.length;
  }
  return [];
}
