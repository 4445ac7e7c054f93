import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DigestFollower } from '../src/blobs/filesystem/digest-follower.js';
import type { FileSystem } from '../src/blobs/filesystem/file-system.js';
import { FilesystemBlobStore } from '../src/blobs/filesystem/filesystem-blob-store.js';
import type { Reserve } from '../src/blobs/filesystem/free-room.js';
import { prepareStorage } from '../src/blobs/filesystem/prepare-storage.js';
import type { StorageLayout } from '../src/blobs/filesystem/storage-layout.js';
import { digestWorker } from './digest-worker.js';

/** A new folder; the caller removes it. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'stowage-api-'));
}

/** Removes a folder of {@link temporaryFolder}. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** A digest follower with the real worker in a thread; the caller closes it. */
export function digestFollower(): DigestFollower {
  return new DigestFollower(digestWorker());
}

/** A store on a real disk. */
export interface TestStorage {
  readonly folder: string;
  readonly layout: StorageLayout;
  readonly store: FilesystemBlobStore;
  readonly digests: DigestFollower;
  /** Ends the worker and removes the folder. */
  close(): Promise<void>;
}

/** Nothing has to stay free. */
export const NO_RESERVE: Reserve = { freeBytes: 0, freeInodes: 0 };

/** Makes a store in a folder, a new one when none is given. */
export async function openStorage(at?: string, files?: FileSystem): Promise<TestStorage> {
  const folder = at ?? (await temporaryFolder());
  const layout = await prepareStorage(folder);
  const digests = digestFollower();
  const close = async (): Promise<void> => {
    await digests.close();
    await removeFolder(folder);
  };
  return { folder, layout, digests, store: new FilesystemBlobStore(layout, digests, NO_RESERVE, files), close };
}
