import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Random } from '../support/random.js';
import { RecordedDisk } from './support/recorded-disk.js';

const SECTOR = 512;
const [FLUSH, FUA, MARK] = [1, 2, 8];
const folder = mkdtempSync(join(tmpdir(), 'stowage-recorded-'));
const [image, copy] = [join(folder, 'image'), join(folder, 'copy')];
let disk: RecordedDisk;

/** A sector of a log as the kernel's `log-writes` makes it, and the bytes of a write behind it. */
function entry(flags: number, at: number, letter: string, mark = ''): Buffer {
  const head = Buffer.alloc(SECTOR);
  [at, letter === '' ? 0 : 1, flags, mark.length].forEach((value, word) => {
    head.writeBigUInt64LE(BigInt(value), word * 8);
  });
  head.write(mark, 32);
  return letter === '' ? head : Buffer.concat([head, Buffer.alloc(SECTOR, letter)]);
}

beforeAll(() => {
  const entries = [
    entry(0, 0, 'a'),
    entry(FLUSH, 0, ''),
    entry(MARK, 0, '', 'one'),
    entry(0, 1, 'b'),
    entry(FLUSH, 0, ''),
    entry(0, 2, 'c'),
    entry(0, 3, 'd'),
    entry(FUA, 4, 'e'),
    entry(MARK, 0, '', 'two'),
    entry(0, 5, 'f'),
    entry(FLUSH, 0, ''),
  ];
  const first = Buffer.alloc(SECTOR);
  [0x6a736677736872n, 1n, BigInt(entries.length)].forEach((value, word) => first.writeBigUInt64LE(value, word * 8));
  first.writeUInt32LE(SECTOR, 24);
  writeFileSync(join(folder, 'log'), Buffer.concat([first, ...entries]));
  writeFileSync(image, Buffer.alloc(8 * SECTOR, '-'));
  disk = new RecordedDisk(image, join(folder, 'log'), [
    { name: 'one', askedAt: 10, answeredAt: 11 },
    { name: 'two', askedAt: 20, answeredAt: 21 },
  ]);
});
afterAll(() => {
  disk.close();
  rmSync(folder, { recursive: true });
});

/** One letter a sector. */
const sectorsOf = (file: string) => readFileSync(file, 'utf8').replace(/(.)\1{511}/gu, '$1');

it('a point is behind each flush and each durable write between the first mark and the last', () => {
  expect(disk.points).toEqual([
    { durable: 5, cached: 2 },
    { durable: 8, cached: 2 },
  ]);
});

it('what was answered by the last mark before the next flush is promised, and what was asked before the next may have happened', () => {
  expect(disk.momentOf({ durable: 5, cached: 2 })).toEqual({ promised: 10, asked: 21 });
  expect(disk.momentOf({ durable: 8, cached: 2 })).toEqual({ promised: 20, asked: Infinity });
  expect(disk.momentOf({ durable: 2, cached: 0 })).toEqual({ promised: 0, asked: 11 });
});

it('a copy has all that was durable, and of what was in the cache nothing or some of it', () => {
  disk.copyAt({ durable: 5, cached: 2 }, copy, null);
  expect(sectorsOf(copy)).toBe('ab------');
  const seen = new Set<string>();
  const random = new Random('recorded disk');
  for (let round = 0; round < 50; round++) {
    disk.copyAt({ durable: 5, cached: 2 }, copy, random);
    seen.add(sectorsOf(copy));
  }
  expect([...seen].sort()).toEqual(['ab------', 'ab-d----', 'abc-----', 'abcd----']);
  disk.copyAt({ durable: 8, cached: 0 }, copy, null);
  expect(sectorsOf(copy)).toBe('abcde---');
});
