import { constants } from 'node:fs';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './storage-faults.js';
import type { StorageLayout } from './storage-layout.js';

/** Files are ours alone. */
export const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Makes names created, renamed or removed in a folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Makes a folder when it is missing; its parent must exist. The parent is synced even when the folder was there, since
 * whoever made it may not have got that far.
 */
export async function ensureFolder(path: string, parent: string): Promise<void> {
  try {
    await mkdir(path, { mode: FOLDER_MODE });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  await syncFolder(parent);
}

/** Removes a file; no fault when there is none. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** Writes and syncs a small file where chunks go, and removes it: fails as a chunk would. */
export async function probeWriting(layout: StorageLayout): Promise<void> {
  const path = join(layout.staging, '.probe');
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, FILE_MODE);
  try {
    await file.writeFile('probe');
    await file.datasync();
  } finally {
    await file.close();
  }
  await removeIfThere(path);
}

/** Writes all buffers at a place in a file, however many calls that takes. */
export async function writeAll(file: FileHandle, buffers: readonly Buffer[], position: number): Promise<void> {
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
