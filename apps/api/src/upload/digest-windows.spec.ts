import { describe, expect, it } from '@jest/globals';
import type { ByteRange } from '@stowage/contract';
import fc from 'fast-check';
import { digestWindows } from './digest-windows.js';

const LIMITS = { bytes: 10, count: 3 };
const cut = (ranges: readonly (readonly [number, number])[], from = 0, more = false) => {
  const { windows, next } = digestWindows(
    ranges.map(([start, end]) => ({ start, end })),
    from,
    more,
    LIMITS,
  );
  return [...windows.map(({ start, end }) => [start, end]), next];
};

describe('windows', () => {
  it('leave gaps out and join what touches', () => {
    expect(
      cut([
        [2, 5],
        [5, 8],
        [20, 21],
      ]),
    ).toEqual([[2, 8], [20, 21], null]);
  });

  it('are as long as they may be, and no more than they may be', () => {
    expect(cut([[0, 100]])).toEqual([[0, 10], [10, 20], [20, 30], 30]);
    expect(cut([[0, 30]])).toEqual([[0, 10], [10, 20], [20, 30], null]);
    expect(
      cut([
        [0, 30],
        [40, 41],
      ]),
    ).toEqual([[0, 10], [10, 20], [20, 30], 40]);
  });

  it('begin in the middle of a range', () => {
    expect(cut([[0, 25]], 13)).toEqual([[13, 23], [23, 25], null]);
  });

  it('go on behind the last range while more may be held', () => {
    expect(
      cut(
        [
          [0, 4],
          [6, 8],
        ],
        0,
        true,
      ),
    ).toEqual([[0, 4], [6, 8], 8]);
  });

  it('are none of nothing', () => {
    expect(cut([])).toEqual([null]);
    expect(cut([[0, 5]], 5)).toEqual([null]);
  });

  it('cover, page by page, every byte held once and nothing else', () => {
    const lengths = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 50 })), { maxLength: 12 });
    fc.assert(
      fc.property(lengths, (pairs) => {
        const ranges: ByteRange[] = [];
        for (const [gap, length] of pairs) {
          const start = (ranges.at(-1)?.end ?? 0) + gap;
          ranges.push({ start, end: start + length });
        }
        const bytes = (of: readonly ByteRange[]) =>
          of.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index));
        const seen: ByteRange[] = [];
        for (let from: number | null = 0; from !== null;) {
          const page: ReturnType<typeof digestWindows> = digestWindows(ranges, from, false, LIMITS);
          expect(page.windows.every(({ start, end }) => end - start <= LIMITS.bytes)).toBe(true);
          expect(page.windows.length).toBeLessThanOrEqual(LIMITS.count);
          seen.push(...page.windows);
          from = page.next;
        }
        expect(bytes(seen)).toEqual(bytes(ranges));
      }),
    );
  });
});
