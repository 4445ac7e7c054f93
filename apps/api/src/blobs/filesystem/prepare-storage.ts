import { mkdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { StartFault } from '../../platform/start-fault.js';
import { probeWriting, syncFolder } from './durable-files.js';
import { DISK } from './file-system.js';
import { StorageLayout } from './storage-layout.js';
import { unusableFolder } from './unusable-folder.js';

/**
 * Makes the folders of the store when they are missing and checks that they can hold it.
 * @throws StartFault when the folder cannot be written, or is spread over two file systems
 */
export async function prepareStorage(dataDir: string): Promise<StorageLayout> {
  const layout = new StorageLayout(resolve(dataDir));
  try {
    await mkdir(layout.root, { recursive: true, mode: 0o700 });
    for (const folder of [layout.staging, layout.blobs]) await mkdir(folder, { recursive: true, mode: 0o700 });
    await syncFolder(layout.root);
    await probeWriting(DISK, layout);
  } catch (error) {
    throw unusableFolder(layout.root, error);
  }
  if ((await stat(layout.staging)).dev !== (await stat(layout.blobs)).dev) {
    throw new StartFault(
      `${layout.staging} and ${layout.blobs} are on different file systems: a finished file could not be moved without ` +
        'copying it. Put both on one.',
    );
  }
  return layout;
}
