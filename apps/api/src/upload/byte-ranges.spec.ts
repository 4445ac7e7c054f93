import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteRanges } from './byte-ranges.js';

const LENGTH = 40;

/** What {@link ByteRanges} promises, byte by byte. */
class NaiveSet {
  private readonly bytes = new Set<number>();

  add(start: number, end: number): void {
    for (let byte = start; byte < end; byte++) this.bytes.add(byte);
  }

  get contiguousEnd(): number {
    let end = 0;
    while (this.bytes.has(end)) end++;
    return end;
  }

  gaps(length: number) {
    const gaps: { start: number; end: number }[] = [];
    for (let byte = 0; byte < length; byte++) {
      if (this.bytes.has(byte)) continue;
      const last = gaps.at(-1);
      if (last?.end === byte) last.end++;
      else gaps.push({ start: byte, end: byte + 1 });
    }
    return gaps;
  }
}

describe('the bytes that are held', () => {
  it('are those of a plain set, in whatever order they come', () => {
    const additions = fc.array(fc.tuple(fc.nat(LENGTH), fc.nat(LENGTH)), { maxLength: 30 });
    fc.assert(
      fc.property(additions, fc.nat(LENGTH + 5), (all, length) => {
        const ranges = new ByteRanges();
        const naive = new NaiveSet();
        for (const [start, end] of all) {
          ranges.add(start, end);
          naive.add(start, end);
          expect(ranges.contiguousEnd).toBe(naive.contiguousEnd);
          expect(ranges.gaps(length)).toEqual(naive.gaps(length));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are none at first', () => {
    const ranges = new ByteRanges();
    expect(ranges.contiguousEnd).toBe(0);
    expect(ranges.gaps(0)).toEqual([]);
    expect(ranges.gaps(10)).toEqual([{ start: 0, end: 10 }]);
  });

  it('grow without a gap when they come in order', () => {
    const ranges = new ByteRanges();
    for (let at = 0; at < 1000; at += 10) {
      ranges.add(at, at + 10);
      expect(ranges.contiguousEnd).toBe(at + 10);
    }
    expect(ranges.gaps(1000)).toEqual([]);
  });

  it('may lie anywhere in 16 TiB', () => {
    const ranges = new ByteRanges();
    const end = 16 * 1024 ** 4;
    ranges.add(end - 1, end);
    ranges.add(0, 1);
    expect(ranges.gaps(end)).toEqual([{ start: 1, end: end - 1 }]);
  });

  it('are merged by a range that covers many', () => {
    const ranges = new ByteRanges();
    for (const at of [10, 20, 30, 40]) ranges.add(at, at + 5);
    ranges.add(15, 42);
    expect(ranges.gaps(100)).toEqual([
      { start: 0, end: 10 },
      { start: 45, end: 100 },
    ]);
  });

  it('keep what lies before and behind a range that joins some of them', () => {
    const ranges = new ByteRanges();
    for (const at of [0, 10, 20, 30, 40, 50]) ranges.add(at, at + 5);
    ranges.add(22, 30);
    expect(ranges.gaps(60)).toEqual([5, 15, 35, 45, 55].map((start) => ({ start, end: start + 5 })));
  });

  it('tell where the last of them ends', () => {
    const ranges = new ByteRanges();
    expect(ranges.end).toBe(0);
    ranges.add(30, 40);
    ranges.add(10, 20);
    ranges.add(2, 5);
    expect(ranges.end).toBe(40);
    expect(ranges.contiguousEnd).toBe(0);
  });

  it('stay cheap with a hundred thousand ranges apart', () => {
    const ranges = new ByteRanges();
    for (let at = 0; at < 200_000; at += 2) ranges.add(at, at + 1);
    expect(ranges.gaps(200_000)).toHaveLength(100_000);
    ranges.add(0, 200_000);
    expect(ranges.gaps(200_000)).toEqual([]);
  });
});
