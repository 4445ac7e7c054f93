import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, contentOf } from '../../../test/bytes.js';
import { systemError, watchCalls } from '../../../test/file-handles.js';
import { digestFollower, NO_RESERVE, removeFolder, temporaryFolder } from '../../../test/test-storage.js';
import { canMount, mountVolume, type Volume } from '../../../test/volumes.js';
import { newId } from '../../platform/database/ids.js';
import { StartFault } from '../../platform/start-fault.js';
import { FilesystemBlobStore } from './filesystem-blob-store.js';
import { prepareStorage } from './prepare-storage.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await removeFolder(folder);
});

/** Why the folder is refused. */
async function faultOf(dataDir: string): Promise<StartFault> {
  const fault = await prepareStorage(dataDir).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(fault instanceof StartFault)) throw new Error('The folder was not refused.', { cause: fault });
  return fault;
}

describe('the data folder', () => {
  it('is made with its folders, closed to others', async () => {
    const dataDir = join(folder, 'a', 'b', 'data');
    const layout = await prepareStorage(dataDir);
    expect((await readdir(dataDir)).sort()).toEqual(['blobs', 'staging']);
    for (const path of [dataDir, layout.staging, layout.blobs]) expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await readdir(layout.staging)).toEqual([]);
  });

  it('is taken as it is when it is there', async () => {
    const { staging } = await prepareStorage(folder);
    await writeFile(join(staging, 'kept'), 'bytes');
    await prepareStorage(folder);
    expect(await readFile(join(staging, 'kept'), 'utf8')).toBe('bytes');
  });

  it('may be a link', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'data'));
    await prepareStorage(join(folder, 'data'));
    expect((await readdir(join(folder, 'real'))).sort()).toEqual(['blobs', 'staging']);
  });
});

describe('a data folder that cannot be used', () => {
  it.each(['data', 'data/staging', 'data/blobs'])('is refused when %s is a file', async (path) => {
    await mkdir(join(folder, 'data'), { recursive: true }).catch(() => undefined);
    if (path === 'data') await removeFolder(join(folder, 'data'));
    await writeFile(join(folder, path), '');
    const { message } = await faultOf(join(folder, 'data'));
    expect(message).toMatch(
      /^The data folder .*\/data cannot be used \((EEXIST|ENOTDIR)\): make it writable for this user/u,
    );
  });

  it('is refused when it cannot be written', async () => {
    // Root may write everywhere but in the kernel's own folders; others are kept out by the mode.
    const closed = process.getuid?.() === 0 ? '/sys/stowage' : join(folder, 'closed');
    if (closed.startsWith(folder)) {
      await mkdir(closed);
      await chmod(closed, 0o500);
    }
    expect((await faultOf(closed)).message).toMatch(/cannot be used \((EACCES|EPERM|EROFS)\)/u);
  });

  it('is refused when it does not sync', async () => {
    await watchCalls('datasync', () => {
      throw systemError('EIO');
    });
    const fault = await faultOf(folder);
    expect(fault.message).toContain('(EIO)');
    expect(fault.cause).toMatchObject({ code: 'EIO' });
  });
});

const volumes: Volume[] = [];

const mountable = canMount();

function mounted(bytes: number, at?: string): Volume {
  const volume = mountVolume({ bytes }, at);
  if (volume === null) throw new Error('The volume could not be mounted.');
  volumes.push(volume);
  return volume;
}

// Where nobody may mount, the same faults are made up at the system call (filesystem-blob-store.medium.spec.ts).
if (mountable) {
  describe('a file system of its own', () => {
    afterEach(() => {
      for (const volume of volumes.splice(0)) volume.close();
    });

    it('is refused for one half of the folder', async () => {
      await mkdir(join(folder, 'blobs'));
      mounted(1024 * 1024, join(folder, 'blobs'));
      expect((await faultOf(folder)).message).toMatch(/are on different file systems: .* Put both on one\.$/u);
    });

    it('that is full refuses a chunk, keeps what was written, and takes the next once there is room', async () => {
      const { folder: disk } = mounted(4 * 1024 * 1024);
      const layout = await prepareStorage(disk);
      const digests = digestFollower();
      const store = new FilesystemBlobStore(layout, digests, NO_RESERVE);
      const uploadId = newId();
      const write = (offset: number, length: number) =>
        store.writeChunk(
          { uploadId, offset, maxLength: length, first: true },
          contentOf(...Array.from({ length: length / 65_536 }, () => bytesOf(65_536))),
        );
      await writeFile(join(disk, 'filler'), Buffer.alloc(2 * 1024 * 1024));
      await write(0, 1024 * 1024);
      await expect(write(1024 * 1024, 2 * 1024 * 1024)).rejects.toMatchObject({
        code: 'storage-full',
        cause: { code: 'ENOSPC' },
      });
      await removeFolder(join(disk, 'filler'));
      expect(await write(1024 * 1024, 2 * 1024 * 1024)).toBe(2 * 1024 * 1024);
      await digests.close();
    });
  });
}
