import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { open, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { bytesOf, sha256Of } from '../../../test/bytes.js';
import { digestFollower, removeFolder, temporaryFolder } from '../../../test/test-storage.js';
import { MissingBytes } from '../blob-store.js';
import { DigestFollower } from './digest-follower.js';

const MIB = 1024 * 1024;

let folder: string;
let digests: DigestFollower;

beforeEach(async () => {
  folder = await temporaryFolder();
  digests = digestFollower();
});

afterEach(async () => {
  await digests.close();
  await removeFolder(folder);
});

const pathOf = (id: string) => join(folder, id);

async function write(id: string, bytes: Buffer, at: number): Promise<void> {
  const file = await open(pathOf(id), 'a').then(async (made) => {
    await made.close();
    return open(pathOf(id), 'r+');
  });
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
}

describe('the digest of a staged file', () => {
  it('is right for a file that is whole', async () => {
    const bytes = bytesOf(20 * MIB + 17);
    await writeFile(pathOf('a'), bytes);
    expect(await digests.finish('a', pathOf('a'), bytes.length)).toBe(sha256Of(bytes));
  });

  it('is right for no bytes at all', async () => {
    await writeFile(pathOf('a'), '');
    expect(await digests.finish('a', pathOf('a'), 0)).toBe(sha256Of(Buffer.alloc(0)));
  });

  it('is right when the prefix grows chunk by chunk', async () => {
    const bytes = bytesOf(3 * MIB);
    for (let at = 0; at < bytes.length; at += 100_000) {
      await write('a', bytes.subarray(at, at + 100_000), at);
      digests.advance('a', pathOf('a'), Math.min(bytes.length, at + 100_000));
    }
    expect(await digests.finish('a', pathOf('a'), bytes.length)).toBe(sha256Of(bytes));
  });

  it('does not read what is not recorded yet', async () => {
    const bytes = bytesOf(MIB);
    // What stands there before the chunk is written is not what the file will be.
    await write('a', Buffer.alloc(MIB, 1), 0);
    digests.advance('a', pathOf('a'), 1000);
    await write('a', bytes.subarray(1000), 1000);
    const expected = Buffer.concat([Buffer.alloc(1000, 1), bytes.subarray(1000)]);
    expect(await digests.finish('a', pathOf('a'), MIB)).toBe(sha256Of(expected));
  });

  it('takes an end that goes back for no harm', async () => {
    const bytes = bytesOf(MIB);
    await writeFile(pathOf('a'), bytes);
    digests.advance('a', pathOf('a'), MIB);
    digests.advance('a', pathOf('a'), 10);
    expect(await digests.finish('a', pathOf('a'), MIB)).toBe(sha256Of(bytes));
  });

  it('reads bytes once: what was followed is not read again', async () => {
    const bytes = bytesOf(MIB);
    await writeFile(pathOf('a'), bytes);
    digests.advance('a', pathOf('a'), MIB);
    // The worker works in order, so when this other digest is known, the first file has been followed.
    await writeFile(pathOf('b'), 'x');
    await digests.finish('b', pathOf('b'), 1);
    await rm(pathOf('a'));
    expect(await digests.finish('a', pathOf('a'), MIB)).toBe(sha256Of(bytes));
  });

  it('is right for many uploads at once', async () => {
    const all = Array.from({ length: 40 }, (_, index) => ({ id: `u${index}`, bytes: bytesOf(index * 50_000) }));
    await Promise.all(all.map(({ id, bytes }) => writeFile(pathOf(id), bytes)));
    for (const { id, bytes } of all) digests.advance(id, pathOf(id), Math.floor(bytes.length / 3));
    const found = await Promise.all(all.map(({ id, bytes }) => digests.finish(id, pathOf(id), bytes.length)));
    expect(found).toEqual(all.map(({ bytes }) => sha256Of(bytes)));
  });

  it('lets a small file pass a large one', async () => {
    await writeFile(pathOf('large'), '');
    await truncate(pathOf('large'), 128 * MIB);
    await writeFile(pathOf('small'), 'x');
    const order: string[] = [];
    const large = digests.finish('large', pathOf('large'), 128 * MIB).then(() => order.push('large'));
    await digests.finish('small', pathOf('small'), 1).then(() => order.push('small'));
    await large;
    expect(order).toEqual(['small', 'large']);
  });

  it('is right for more uploads than are kept in mind', async () => {
    const bytes = bytesOf(1_000);
    await writeFile(pathOf('a'), bytes);
    for (let index = 0; index < 2_100; index++) digests.advance(`u${index}`, pathOf('a'), 500);
    const some = ['u0', 'u50', 'u1000', 'u2099'].map((id) => digests.finish(id, pathOf('a'), 1_000));
    for (const found of await Promise.all(some)) expect(found).toBe(sha256Of(bytes));
  });

  it('begins anew for an upload that was forgotten', async () => {
    await writeFile(pathOf('a'), Buffer.alloc(MIB, 1));
    digests.advance('a', pathOf('a'), MIB);
    digests.forget('a');
    const bytes = bytesOf(MIB);
    await writeFile(pathOf('a'), bytes);
    expect(await digests.finish('a', pathOf('a'), MIB)).toBe(sha256Of(bytes));
  });

  it('can be asked for twice', async () => {
    const bytes = bytesOf(1000);
    await writeFile(pathOf('a'), bytes);
    for (let round = 0; round < 2; round++) {
      expect(await digests.finish('a', pathOf('a'), 1000)).toBe(sha256Of(bytes));
    }
  });

  it('can be asked for by two at once', async () => {
    const bytes = bytesOf(20 * MIB);
    await writeFile(pathOf('a'), bytes);
    const both = [1, 2].map(() => digests.finish('a', pathOf('a'), bytes.length));
    expect(await Promise.all(both)).toEqual([sha256Of(bytes), sha256Of(bytes)]);
  });

  it('is right in another process that knows nothing of what was followed', async () => {
    const bytes = bytesOf(2 * MIB);
    await writeFile(pathOf('a'), bytes);
    digests.advance('a', pathOf('a'), MIB);
    await digests.close();
    digests = digestFollower();
    digests.advance('a', pathOf('a'), MIB + 5);
    expect(await digests.finish('a', pathOf('a'), bytes.length)).toBe(sha256Of(bytes));
  });
});

describe('a digest that cannot be had', () => {
  it('is missing bytes when the file is too short', async () => {
    await writeFile(pathOf('a'), bytesOf(999));
    await expect(digests.finish('a', pathOf('a'), 1000)).rejects.toBeInstanceOf(MissingBytes);
  });

  it('is the system error when the file cannot be read', async () => {
    await expect(digests.finish('a', pathOf('a'), 1000)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(digests.finish('b', folder, 1000)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('is the end of the upload when it is forgotten meanwhile', async () => {
    await writeFile(pathOf('a'), '');
    await truncate(pathOf('a'), 1024 * MIB);
    const waiting = expect(digests.finish('a', pathOf('a'), 1024 * MIB)).rejects.toThrow(/has ended/u);
    digests.forget('a');
    await waiting;
  });

  it('can be had later', async () => {
    const bytes = bytesOf(1000);
    digests.advance('a', pathOf('a'), 500);
    await expect(digests.finish('a', pathOf('a'), 1000)).rejects.toMatchObject({ code: 'ENOENT' });
    await writeFile(pathOf('a'), bytes);
    expect(await digests.finish('a', pathOf('a'), 1000)).toBe(sha256Of(bytes));
  });

  it('does not disturb others', async () => {
    const bytes = bytesOf(1000);
    await writeFile(pathOf('good'), bytes);
    const bad = expect(digests.finish('bad', pathOf('bad'), 10)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await digests.finish('good', pathOf('good'), 1000)).toBe(sha256Of(bytes));
    await bad;
  });
});

describe('the worker', () => {
  it('ends with those who wait for it', async () => {
    await writeFile(pathOf('a'), '');
    await truncate(pathOf('a'), 1024 * MIB);
    const waiting = expect(digests.finish('a', pathOf('a'), 1024 * MIB)).rejects.toThrow(/shutting down/u);
    await digests.close();
    await waiting;
  });

  it('is not started again once closed', async () => {
    await digests.close();
    digests.forget('a');
    digests.advance('a', pathOf('a'), 10);
    await expect(digests.finish('a', pathOf('a'), 10)).rejects.toThrow(/shutting down/u);
  });

  it('that dies fails those who wait, and another is started for the next', async () => {
    const broken = new DigestFollower(new URL(`data:text/javascript,throw new Error('broken')`));
    for (let round = 0; round < 2; round++) {
      await expect(broken.finish('a', pathOf('a'), 1)).rejects.toThrow('broken');
    }
    await broken.close();
  });

  it('is not started to forget', async () => {
    const started = jest.spyOn(Worker.prototype, 'postMessage');
    digests.forget('a');
    expect(started).not.toHaveBeenCalled();
    digests.advance('a', pathOf('a'), 0);
    expect(started).toHaveBeenCalledTimes(1);
    await digests.close();
  });
});

describe('the digest of a part', () => {
  it('is that of its bytes, whatever is followed of the file', async () => {
    const bytes = bytesOf(10 * MIB);
    await writeFile(pathOf('a'), bytes);
    digests.advance('a', pathOf('a'), 3 * MIB);
    const parts = [
      { start: 5, end: 9 * MIB + 1 },
      { start: 0, end: 1 },
      { start: 10 * MIB - 1, end: 10 * MIB },
    ];
    const found = await Promise.all(parts.map((part) => digests.part(pathOf('a'), part)));
    expect(found).toEqual(parts.map(({ start, end }) => sha256Of(bytes.subarray(start, end))));
    expect(await digests.finish('a', pathOf('a'), bytes.length)).toBe(sha256Of(bytes));
  });

  it('fails when the file is too short or away, and when the worker has ended', async () => {
    await writeFile(pathOf('a'), bytesOf(10));
    await expect(digests.part(pathOf('a'), { start: 5, end: 11 })).rejects.toBeInstanceOf(MissingBytes);
    await expect(digests.part(pathOf('b'), { start: 0, end: 1 })).rejects.toMatchObject({ code: 'ENOENT' });
    await digests.close();
    await expect(digests.part(pathOf('a'), { start: 0, end: 1 })).rejects.toThrow('shutting down');
  });
});
