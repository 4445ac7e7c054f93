import { describe, expect, it } from '@jest/globals';
import type { ByteRange } from '@stowage/contract';
import fc from 'fast-check';
import { GapBoard } from './gap-board.js';

const lacking = (missing: readonly ByteRange[], received: number, length: number | null = 100) => ({
  missing: [...missing],
  missingTruncated: false,
  upload: { received, length },
});

/** Takes everything there is. */
function takeAll(board: GapBoard): ByteRange[] {
  const ranges: ByteRange[] = [];
  for (let index = board.take(); index !== null; index = board.take()) ranges.push(board.range(index));
  return ranges;
}

describe('the board of gaps', () => {
  it('hands out nothing before the server has said what it lacks', () => {
    expect(new GapBoard(100, 10).take()).toBeNull();
  });

  it('cuts gaps into pieces, in order, each byte once', () => {
    const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 })), { maxLength: 10 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 15 }), (pairs, pieceSize) => {
        const missing: ByteRange[] = [];
        for (const [held, length] of pairs) {
          const start = (missing.at(-1)?.end ?? 0) + held;
          missing.push({ start, end: start + length });
        }
        const board = new GapBoard(1_000, pieceSize);
        board.trust(lacking(missing, 1_000));
        const { remaining } = board;
        const pieces = takeAll(board);
        expect(pieces).toHaveLength(remaining);
        expect(pieces.every(({ start, end }) => end > start && end - start <= pieceSize)).toBe(true);
        const bytes = (of: readonly ByteRange[]) =>
          of.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index));
        expect(bytes(pieces)).toEqual(bytes(missing));
      }),
    );
  });

  it('counts what is held, on its way, and left', () => {
    const board = new GapBoard(100, 10);
    board.trust(lacking([{ start: 75, end: 100 }], 75));
    const [first, second] = [board.take() ?? -1, board.take() ?? -1];
    board.progress(first, 4);
    board.progress(second, 10);
    expect(board).toMatchObject({ acknowledged: 75, inFlight: 14, remaining: 3 });
    board.acknowledge(second);
    board.acknowledge(second);
    expect(board).toMatchObject({ acknowledged: 85, inFlight: 4, remaining: 2 });
    board.rewind();
    expect(board.inFlight).toBe(0);
    expect(() => board.range(first)).toThrow(RangeError);
  });

  it('adds what the server cannot know to be missing while nobody has said the length', () => {
    const board = new GapBoard(100, 1_000);
    board.trust(lacking([{ start: 5, end: 10 }], 45, null));
    expect(takeAll(board)).toEqual([
      { start: 5, end: 10 },
      { start: 50, end: 100 },
    ]);
    board.trust({ ...lacking([{ start: 5, end: 10 }], 45, null), missingTruncated: true });
    expect(takeAll(board)).toEqual([{ start: 5, end: 10 }]);
  });
});
