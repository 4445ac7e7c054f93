import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Capacity, FileSystem } from './file-system.js';
import { FreeRoom } from './free-room.js';

const PLENTY: Capacity = { bsize: 4096, bavail: 1_000, files: 500, ffree: 400 };

let capacity: Capacity | Error;
let asked: string[];
let now: number;
let room: FreeRoom;

beforeEach(() => {
  capacity = PLENTY;
  asked = [];
  now = 0;
  const statfs = (path: string): Promise<Capacity> => {
    asked.push(path);
    return capacity instanceof Error ? Promise.reject(capacity) : Promise.resolve(capacity);
  };
  // Nothing else of the disk is wanted here.
  const files = { statfs } as Partial<FileSystem> as FileSystem;
  room = new FreeRoom(files, '/staging', { freeBytes: 4096 * 10, freeInodes: 5 }, () => now);
});

describe('room on the volume', () => {
  it.each([
    ['there is at the reserve', { ...PLENTY, bavail: 10, ffree: 5 }, null],
    ['is short a byte below it', { ...PLENTY, bsize: 4095, bavail: 10 }, 'too little free space'],
    ['is short an inode below it', { ...PLENTY, ffree: 4 }, 'too few more files'],
    ['needs no inodes where none are counted', { ...PLENTY, files: 0, ffree: 0 }, null],
    ['is short of both on a volume of none', { bsize: 0, bavail: 0, files: 0, ffree: 0 }, 'too little free space'],
  ])('%s', async (_, left, refusal) => {
    capacity = left;
    const outcome = room.check();
    if (refusal === null) await outcome;
    else {
      await expect(outcome).rejects.toMatchObject({ code: 'storage-full', retryAfter: 60 });
      await expect(outcome).rejects.toThrow(refusal);
    }
  });

  it('is asked for once a second, for all who want to know', async () => {
    await Promise.all([room.check(), room.check(), room.check()]);
    now = 999;
    await room.check();
    expect(asked).toEqual(['/staging']);
    now = 1_000;
    capacity = { ...PLENTY, bavail: 0 };
    await expect(Promise.all([room.check(), room.check()])).rejects.toMatchObject({ code: 'storage-full' });
    expect(asked).toHaveLength(2);
  });

  it('is asked for at once after something was removed', async () => {
    capacity = { ...PLENTY, bavail: 0 };
    await expect(room.check()).rejects.toMatchObject({ code: 'storage-full' });
    capacity = PLENTY;
    await expect(room.check()).rejects.toMatchObject({ code: 'storage-full' });
    room.changed();
    await room.check();
  });

  it('that cannot be asked for is asked for again by the next', async () => {
    capacity = Object.assign(new Error('EIO: i/o error, statfs'), { code: 'EIO' });
    await expect(Promise.all([room.check(), room.check()])).rejects.toMatchObject({ code: 'EIO' });
    capacity = PLENTY;
    await room.check();
    expect(asked).toHaveLength(2);
  });
});
