import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { apply, readWriteLog } from './write-log.mjs';

const SECTOR = 512;
const [FLUSH, FUA, DISCARD, MARK] = [1, 2, 4, 8];
const folder = mkdtempSync(join(tmpdir(), 'stowage-write-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Noted {
  readonly sector?: number;
  readonly flags?: number;
  readonly data?: Buffer;
  readonly discarded?: number;
  readonly mark?: string;
}

/** A log as the kernel writes it. */
function logOf(noted: readonly Noted[], count = noted.length): string {
  const first = Buffer.alloc(SECTOR);
  [0x6a736677736872n, 1n, BigInt(count)].forEach((value, index) => first.writeBigUInt64LE(value, index * 8));
  first.writeUInt32LE(SECTOR, 24);
  const parts = noted.flatMap(({ sector = 0, flags = 0, data = Buffer.alloc(0), discarded = 0, mark = '' }) => {
    const head = Buffer.alloc(SECTOR);
    const sectors = discarded > 0 ? discarded : data.length / SECTOR;
    [sector, sectors, flags, mark.length].forEach((value, index) => head.writeBigUInt64LE(BigInt(value), index * 8));
    head.write(mark, 32);
    return [head, data];
  });
  const file = join(folder, `log-${Math.random()}`);
  writeFileSync(file, Buffer.concat([first, ...parts]));
  return file;
}

function read(file: string) {
  const log = openSync(file, 'r');
  try {
    return readWriteLog(log);
  } finally {
    closeSync(log);
  }
}

/** An image of 32 KiB after all entries of a log. */
function replayed(file: string, keeps?: (piece: number) => boolean): Buffer {
  const image = join(folder, 'image');
  writeFileSync(image, Buffer.alloc(32_768));
  const [log, target] = [openSync(file, 'r'), openSync(image, 'r+')];
  for (const entry of readWriteLog(log)) apply(log, target, entry, keeps);
  for (const open of [log, target]) closeSync(open);
  return readFileSync(image);
}

it('tells writes, flushes, durable writes, discards and marks apart, and steps over their data', () => {
  const entries = read(
    logOf([
      { sector: 8, data: Buffer.alloc(2 * SECTOR, 'a') },
      { flags: FLUSH },
      { sector: 2, flags: FUA, data: Buffer.alloc(SECTOR, 'b') },
      { sector: 9, flags: DISCARD, discarded: 100 },
      { flags: MARK, mark: 'mark-7' },
      { sector: 1, flags: 16, data: Buffer.alloc(SECTOR, 'c') },
    ]),
  );
  expect(entries.map(({ at, length, isDurable, isDiscard, mark }) => [at, length, isDurable, isDiscard, mark])).toEqual(
    [
      [4096, 1024, false, false, null],
      [0, 0, true, false, null],
      [1024, 512, true, false, null],
      [4608, 51_200, false, true, null],
      [0, 0, false, false, 'mark-7'],
      [512, 512, false, false, null],
    ],
  );
});

it('does to an image what was done to the disk, in the same order', () => {
  const image = replayed(
    logOf([
      { sector: 8, data: Buffer.alloc(2 * SECTOR, 'a') },
      { flags: MARK, mark: 'x' },
      { sector: 9, data: Buffer.alloc(SECTOR, 'b') },
      { sector: 8, flags: DISCARD, discarded: 1 },
    ]),
  );
  const expected = Buffer.alloc(32_768);
  expected.fill('a', 4096, 4608).fill('b', 4608, 5120);
  expect(image.equals(expected)).toBe(true);
});

it('leaves out pieces of 4 KiB that are not to be kept', () => {
  const image = replayed(logOf([{ sector: 1, data: Buffer.alloc(5 * 4096, 'a') }]), (piece) => piece === 1);
  expect(image.indexOf('a')).toBe(512 + 4096);
  expect(image.lastIndexOf('a')).toBe(512 + 2 * 4096 - 1);
});

it('reads no further than the log says that it holds', () => {
  expect(read(logOf([{ flags: FLUSH }, { flags: MARK, mark: 'late' }], 1))).toHaveLength(1);
});

it('refuses what is no log, and flags that it does not know', () => {
  const none = join(folder, 'none');
  writeFileSync(none, Buffer.alloc(4096));
  expect(() => read(none)).toThrow('no log of writes');
  expect(() => read(logOf([{ flags: 64 }]))).toThrow('has an entry with the flags 64 at 512');
});
