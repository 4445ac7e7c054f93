import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ByteRange } from '@stowage/contract';
import type { BlobStore } from '../blobs/blob-store.js';
import type { ChunkLedger } from './chunk-ledger.js';
import { PrefixFollower } from './prefix-follower.js';

let recorded: ByteRange[];
let followed: [string, number][];
let ranges: jest.Mock<(uploadId: string) => Promise<ByteRange[]>>;
let prefixes: PrefixFollower;

beforeEach(() => {
  recorded = [];
  followed = [];
  ranges = jest.fn(() => Promise.resolve(recorded));
  prefixes = new PrefixFollower(
    { ranges } as unknown as ChunkLedger,
    { follow: (id: string, end: number) => followed.push([id, end]) } as unknown as BlobStore,
  );
});

/** Records a chunk as the engine does: the row first. */
async function record(start: number, end: number, id = 'u'): Promise<void> {
  recorded.push({ start, end });
  await prefixes.recorded(id, start, end);
}

describe('the prefix of an upload', () => {
  it('is followed as it grows', async () => {
    for (const start of [0, 10, 20]) await record(start, start + 10);
    expect(followed).toEqual([
      ['u', 10],
      ['u', 20],
      ['u', 30],
    ]);
  });

  it('is not followed across a gap, and leaps when the gap is closed', async () => {
    await record(0, 10);
    await record(20, 30);
    expect(followed).toEqual([['u', 10]]);
    await record(10, 20);
    expect(followed.at(-1)).toEqual(['u', 30]);
  });

  it('is read from the ledger once, also for many chunks at once', async () => {
    recorded.push({ start: 0, end: 50 });
    await Promise.all([50, 60, 70].map((start) => prefixes.recorded('u', start, start + 10)));
    expect(ranges).toHaveBeenCalledTimes(1);
    expect(followed.at(-1)).toEqual(['u', 80]);
  });

  it('is read again after the upload was forgotten', async () => {
    await record(0, 10);
    prefixes.forget('u');
    recorded = [];
    await record(0, 10);
    expect(ranges).toHaveBeenCalledTimes(2);
  });

  it('is kept for a thousand uploads, the longest idle one goes first', async () => {
    for (let index = 0; index <= 1_000; index++) await record(0, 10, `u${index}`);
    expect(ranges).toHaveBeenCalledTimes(1_001);
    await record(10, 20, 'u1');
    expect(ranges).toHaveBeenCalledTimes(1_001);
    await record(10, 20, 'u0');
    expect(ranges).toHaveBeenCalledTimes(1_002);
  });

  it('is no reason to fail a request', async () => {
    ranges.mockRejectedValueOnce(new Error('Connection terminated'));
    await expect(record(0, 10)).resolves.toBeUndefined();
    await record(10, 20);
    await record(20, 30);
    expect(followed.at(-1)).toEqual(['u', 30]);
  });
});
