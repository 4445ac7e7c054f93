import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { brokenContent, bytesOf, contentOf, sha256Of } from '../../../test/bytes.js';
import { openFiles, replaceCall, systemError, watchCalls } from '../../../test/file-handles.js';
import { openStorage, type TestStorage } from '../../../test/test-storage.js';
import { newId } from '../../platform/database/ids.js';
import { MissingBytes, type BlobKey, type ChunkTarget } from '../blob-store.js';

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

const staged = () => readFile(storage.layout.stagingFile(uploadId));
const keyOf = (bytes: Buffer): BlobKey => ({ spaceId: SPACE, sha256: sha256Of(bytes) });
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('writing a chunk', () => {
  it('puts its bytes at their place', async () => {
    expect(await write(6, 'world')).toBe(5);
    expect(await write(0, 'hello ')).toBe(6);
    expect((await staged()).toString()).toBe('hello world');
  });

  it('takes content in batches of any size, in order', async () => {
    const pieces = fc.array(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.nat(100), pieces, async (offset, batches) => {
        uploadId = newId();
        const buffers = batches.map((batch) => batch.map((piece) => Buffer.from(piece)));
        const bytes = Buffer.concat(buffers.flat());
        async function* content() {
          for (const batch of buffers) yield await Promise.resolve(batch);
        }
        expect(await storage.store.writeChunk(target(offset, bytes.length), content())).toBe(bytes.length);
        if (bytes.length > 0) expect((await staged()).subarray(offset)).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  it('takes more buffers at once than one system call can', async () => {
    const buffers = Array.from({ length: 3_000 }, (_, index) => Buffer.from([index & 0xff, index >> 8]));
    async function* content() {
      yield await Promise.resolve(buffers);
    }
    await storage.store.writeChunk(target(0, 6_000), content());
    expect(await staged()).toEqual(Buffer.concat(buffers));
  });

  it('goes on where a system call stopped short', async () => {
    const bytes = bytesOf(100);
    let calls = 0;
    await replaceCall(
      'writev',
      (real) =>
        async function (buffers, position) {
          calls++;
          const [first] = buffers as [Buffer];
          return real.call(this, [first.subarray(0, 7)], position);
        },
    );
    await storage.store.writeChunk(target(3, 100), contentOf(bytes.subarray(0, 60), bytes.subarray(60)));
    expect((await staged()).subarray(3)).toEqual(bytes);
    expect(calls).toBeGreaterThan(14);
  });

  it('reaches far into a file that takes no room for its gaps', async () => {
    const far = 1024 ** 4 - 4;
    await write(far, 'last');
    const { size, blocks } = await stat(storage.layout.stagingFile(uploadId));
    expect(size).toBe(1024 ** 4);
    expect(blocks * 512).toBeLessThan(1024 * 1024);
  });

  it('makes an empty file of no bytes', async () => {
    expect(await write(0, '')).toBe(0);
    expect(await staged()).toHaveLength(0);
  });

  it('takes as much as comes', async () => {
    expect(await storage.store.writeChunk(target(0, 100), contentOf('abc', 'def'))).toBe(6);
    expect((await staged()).toString()).toBe('abcdef');
  });

  it('keeps its files to this user', async () => {
    await write(0, 'x');
    await storage.store.publish(uploadId, keyOf(Buffer.from('x')));
    const { folders, file } = storage.layout.blob(keyOf(Buffer.from('x')));
    for (const path of [storage.layout.stagingFile(uploadId), file]) expect(await modeOf(path)).toBe(0o600);
    for (const path of [storage.layout.staging, storage.layout.blobs, ...folders])
      expect(await modeOf(path)).toBe(0o700);
  });

  it('keeps bytes that lie beside it', async () => {
    await write(0, 'aaaabbbbcccc');
    await write(4, 'XXXX');
    expect((await staged()).toString()).toBe('aaaaXXXXcccc');
  });
});

describe('content that does not fit', () => {
  it.each([
    ['has a byte too many', ['abcde', 'f']],
    ['has too many at once', ['abcdef']],
  ])('is refused when it %s', async (_, batches) => {
    const refused = storage.store.writeChunk(target(0, 5), contentOf(...batches));
    await expect(refused).rejects.toMatchObject({ code: 'file-too-large' });
  });

  it('never runs over into the bytes behind', async () => {
    await write(5, 'behind');
    await storage.store.writeChunk(target(0, 5), contentOf('abcdeXXX')).catch(() => undefined);
    expect((await staged()).subarray(5).toString()).toBe('behind');
  });

  it('passes its own error on', async () => {
    const gone = new Error('the client is gone');
    await expect(storage.store.writeChunk(target(0, 5), brokenContent(gone, 'ab'))).rejects.toBe(gone);
  });

  it('is never synced, and its file is closed', async () => {
    const synced = jest.fn();
    await watchCalls('datasync', synced);
    await storage.store.writeChunk(target(0, 5), contentOf('abcdef')).catch(() => undefined);
    await storage.store.writeChunk(target(0, 5), brokenContent(new Error('x'))).catch(() => undefined);
    expect(synced).not.toHaveBeenCalled();
    expect(await openFiles(storage.folder)).toEqual([]);
  });
});

describe('durability', () => {
  it('syncs the bytes after the last write and before it returns, and the name while the upload is new', async () => {
    const calls: string[] = [];
    for (const call of ['writev', 'datasync', 'sync'] as const) await watchCalls(call, () => void calls.push(call));
    await storage.store.writeChunk(target(0, 6), contentOf('abc', 'def'));
    calls.push('returned');
    await storage.store.writeChunk(target(6, 3, { first: false }), contentOf('ghi'));
    calls.push('returned');
    expect(calls).toEqual(['writev', 'writev', 'datasync', 'sync', 'returned', 'writev', 'datasync', 'returned']);
  });

  it('syncs a blob before it has a name, and every folder that got one', async () => {
    const bytes = bytesOf(100);
    await write(0, bytes);
    const { file } = storage.layout.blob(keyOf(bytes));
    const named: boolean[] = [];
    await watchCalls('sync', () => void named.push(existsSync(file)));
    await storage.store.publish(uploadId, keyOf(bytes));
    // The folders above the space and the shard, the bytes, and then the folder that got the name.
    expect(named).toEqual([false, false, false, true]);
  });

  it('syncs the folder that has lost a name', async () => {
    const bytes = bytesOf(100);
    await write(0, bytes);
    await storage.store.publish(uploadId, keyOf(bytes));
    const { file } = storage.layout.blob(keyOf(bytes));
    const seen: boolean[] = [];
    await watchCalls('sync', () => void seen.push(existsSync(storage.layout.stagingFile(uploadId)), existsSync(file)));
    await storage.store.discard(uploadId);
    await storage.store.delete(keyOf(bytes));
    expect(seen).toEqual([false, true, false, false]);
  });

  it.each(['ENOSPC', 'EDQUOT'])('counts nothing as written when the disk refuses it: %s', async (code) => {
    await watchCalls('writev', () => {
      throw systemError(code);
    });
    await expect(write(0, 'abc')).rejects.toMatchObject({ code: 'storage-full', cause: { code } });
    jest.restoreAllMocks();
    expect(await write(0, 'abc')).toBe(3);
  });
});

describe('a staging file that should be there', () => {
  it('is a loss when it is gone', async () => {
    await expect(storage.store.writeChunk(target(5, 3, { first: false }), contentOf('abc'))).rejects.toBeInstanceOf(
      MissingBytes,
    );
    expect(existsSync(storage.layout.stagingFile(uploadId))).toBe(false);
    await expect(storage.store.digest(uploadId, 3)).rejects.toBeInstanceOf(MissingBytes);
  });

  it('is a loss when it is shorter than recorded', async () => {
    await write(0, 'abc');
    await expect(storage.store.digest(uploadId, 4)).rejects.toBeInstanceOf(MissingBytes);
  });

  it('is no loss when the whole folder is away: it may come back', async () => {
    await write(0, 'abc');
    await rename(storage.layout.staging, `${storage.layout.staging}.away`);
    for (const first of [true, false]) {
      const chunk = storage.store.writeChunk(target(3, 3, { first }), contentOf('def'));
      await expect(chunk).rejects.toMatchObject({ code: 'storage-failed', cause: { code: 'ENOENT' } });
    }
    await expect(storage.store.digest(uploadId, 3)).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(storage.store.probe()).rejects.toMatchObject({ code: 'storage-failed' });
    await rename(`${storage.layout.staging}.away`, storage.layout.staging);
    await storage.store.writeChunk(target(3, 3, { first: false }), contentOf('def'));
    expect(await storage.store.digest(uploadId, 6)).toBe(sha256Of(Buffer.from('abcdef')));
  });

  it('is never somewhere else', async () => {
    const outside = join(storage.folder, 'outside');
    await writeFile(outside, 'precious');
    await symlink(outside, storage.layout.stagingFile(uploadId));
    for (const first of [true, false]) {
      const chunk = storage.store.writeChunk(target(0, 3, { first }), contentOf('abc'));
      await expect(chunk).rejects.toMatchObject({ code: 'storage-failed', cause: { code: 'ELOOP' } });
    }
    await expect(storage.store.digest(uploadId, 3)).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await readFile(outside, 'utf8')).toBe('precious');
    await storage.store.discard(uploadId);
    expect(await readFile(outside, 'utf8')).toBe('precious');
  });
});
