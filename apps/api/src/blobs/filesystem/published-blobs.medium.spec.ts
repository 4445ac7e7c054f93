import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { link, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, contentOf, readAll, sha256Of } from '../../../test/bytes.js';
import { openFiles, systemError, watchCalls } from '../../../test/file-handles.js';
import { openStorage, type TestStorage } from '../../../test/test-storage.js';
import { newId } from '../../platform/database/ids.js';
import type { BlobKey, ChunkTarget } from '../blob-store.js';

const SPACE = newId();

let storage: TestStorage;
let uploadId: string;

beforeEach(async () => {
  storage = await openStorage();
  uploadId = newId();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await storage.close();
});

const target = (offset: number, maxLength: number, more: Partial<ChunkTarget> = {}): ChunkTarget => ({
  uploadId,
  offset,
  maxLength,
  first: true,
  ...more,
});

const write = (offset: number, bytes: Buffer | string) =>
  storage.store.writeChunk(target(offset, bytes.length), contentOf(bytes));

const keyOf = (bytes: Buffer): BlobKey => ({ spaceId: SPACE, sha256: sha256Of(bytes) });

describe('publishing', () => {
  it('gives the bytes a name made from their digest, and keeps the staging file', async () => {
    const bytes = bytesOf(1000);
    await write(0, bytes);
    await storage.store.publish(uploadId, keyOf(bytes));
    const { file } = storage.layout.blob(keyOf(bytes));
    expect(await readFile(file)).toEqual(bytes);
    // One file with two names: nothing was copied.
    expect((await stat(file)).ino).toBe((await stat(storage.layout.stagingFile(uploadId))).ino);
    await storage.store.discard(uploadId);
    expect(await readFile(file)).toEqual(bytes);
    expect(await storage.store.staged()).toEqual([]);
  });

  it('replaces what an earlier attempt has left', async () => {
    const bytes = bytesOf(1000);
    const { folders, file } = storage.layout.blob(keyOf(bytes));
    for (const folder of folders) await mkdir(folder);
    await writeFile(file, 'half of it');
    await write(0, bytes);
    await storage.store.publish(uploadId, keyOf(bytes));
    expect(await readFile(file)).toEqual(bytes);
  });

  it('can be done again', async () => {
    const bytes = bytesOf(1000);
    await write(0, bytes);
    for (let round = 0; round < 3; round++) await storage.store.publish(uploadId, keyOf(bytes));
    expect(await storage.store.size(keyOf(bytes))).toBe(1000);
  });

  it('makes its folders again when somebody has removed them', async () => {
    const bytes = bytesOf(1000);
    await write(0, bytes);
    await storage.store.publish(uploadId, keyOf(bytes));
    const { folders, file } = storage.layout.blob(keyOf(bytes));
    for (const folder of folders) {
      await rm(folder, { recursive: true });
      await storage.store.publish(uploadId, keyOf(bytes));
      expect(await readFile(file)).toEqual(bytes);
    }
  });

  it('leaves a blob that others have open unharmed when it replaces it', async () => {
    const bytes = bytesOf(300_000);
    await write(0, bytes);
    await storage.store.publish(uploadId, keyOf(bytes));
    const reading = await storage.store.read(keyOf(bytes), { start: 0, end: bytes.length });
    const other = newId();
    await link(storage.layout.stagingFile(uploadId), storage.layout.stagingFile(other));
    await storage.store.publish(other, keyOf(bytes));
    await storage.store.delete(keyOf(bytes));
    expect(sha256Of(await readAll(reading))).toBe(sha256Of(bytes));
    expect(await openFiles(storage.folder)).toEqual([]);
  });

  it('is a fault of the store when the folder is away', async () => {
    await write(0, 'abc');
    await rm(storage.layout.blobs, { recursive: true });
    const published = storage.store.publish(uploadId, keyOf(Buffer.from('abc')));
    await expect(published).rejects.toMatchObject({ code: 'storage-failed' });
    await mkdir(storage.layout.blobs);
    await storage.store.publish(uploadId, keyOf(Buffer.from('abc')));
  });

  it('does not follow a link that stands in its place', async () => {
    const outside = join(storage.folder, 'outside');
    await writeFile(outside, 'precious');
    const bytes = bytesOf(10);
    const { folders, file } = storage.layout.blob(keyOf(bytes));
    for (const folder of folders) await mkdir(folder);
    await symlink(outside, file);
    await expect(storage.store.read(keyOf(bytes), { start: 0, end: 1 })).rejects.toMatchObject({
      code: 'file-unreadable',
    });
    await write(0, bytes);
    await storage.store.publish(uploadId, keyOf(bytes));
    expect(await readFile(outside, 'utf8')).toBe('precious');
    expect(await readFile(file)).toEqual(bytes);
  });
});

describe('a blob', () => {
  it('is read in parts', async () => {
    const bytes = bytesOf(600_000);
    await write(0, bytes);
    await storage.store.publish(uploadId, keyOf(bytes));
    for (const [start, end] of [
      [0, 600_000],
      [0, 1],
      [599_999, 600_000],
      [100_000, 500_001],
    ] as const) {
      const part = await readAll(await storage.store.read(keyOf(bytes), { start, end }));
      expect(sha256Of(part)).toBe(sha256Of(bytes.subarray(start, end)));
    }
  });

  it('that is not there has no size and cannot be read', async () => {
    const key = keyOf(bytesOf(10));
    expect(await storage.store.size(key)).toBeNull();
    await expect(storage.store.read(key, { start: 0, end: 1 })).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('can be deleted, also twice', async () => {
    const bytes = bytesOf(10);
    await write(0, bytes);
    await storage.store.publish(uploadId, keyOf(bytes));
    await storage.store.delete(keyOf(bytes));
    expect(await storage.store.size(keyOf(bytes))).toBeNull();
    await storage.store.delete(keyOf(bytes));
  });
});

describe('what is staged', () => {
  it('is listed by id, and nothing else that lies there', async () => {
    await write(0, 'x');
    await writeFile(join(storage.layout.staging, 'lost+found'), '');
    await writeFile(join(storage.layout.staging, '.probe'), '');
    expect(await storage.store.staged()).toEqual([uploadId]);
  });

  it('can be discarded, also when there is nothing', async () => {
    await write(0, 'x');
    await storage.store.discard(uploadId);
    await storage.store.discard(uploadId);
    expect(await storage.store.staged()).toEqual([]);
  });

  it('begins anew after it was discarded', async () => {
    const [before, after] = [bytesOf(1000), bytesOf(1000)];
    await write(0, before);
    storage.store.follow(uploadId, 1000);
    await storage.store.discard(uploadId);
    await write(0, after);
    storage.store.follow(uploadId, 500);
    expect(await storage.store.digest(uploadId, 1000)).toBe(sha256Of(after));
  });
});

describe('the probe', () => {
  it('passes and leaves nothing behind', async () => {
    await storage.store.probe();
    expect(await readdir(storage.layout.staging)).toEqual([]);
  });

  it('passes over what a probe that was killed has left', async () => {
    await writeFile(join(storage.layout.staging, '.probe'), 'x');
    await storage.store.probe();
  });

  it('fails when the disk does not sync', async () => {
    await watchCalls('datasync', () => {
      throw systemError('EIO', 'fdatasync');
    });
    await expect(storage.store.probe()).rejects.toMatchObject({ code: 'storage-failed', cause: { code: 'EIO' } });
  });
});
