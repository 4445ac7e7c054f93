import { describe, expect, it } from '@jest/globals';
import type { ByteRange } from '@stowage/contract';
import fc from 'fast-check';
import { ChunkBoard } from './chunk-board.js';
import { chunkRange } from './plan-chunks.js';

const plan = { length: 95, chunkSize: 10, count: 10 };

describe('the board of chunks', () => {
  it('hands out every chunk once', () => {
    const board = new ChunkBoard(plan);
    const taken = Array.from({ length: 11 }, () => board.take());
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, null]);
  });

  it('tells acknowledged bytes from bytes in flight', () => {
    const board = new ChunkBoard(plan);
    board.take();
    board.take();
    board.progress(0, 4);
    board.progress(1, 10);
    expect(board).toMatchObject({ acknowledged: 0, inFlight: 14 });
    board.acknowledge(1);
    expect(board).toMatchObject({ acknowledged: 10, inFlight: 4, remaining: 9 });
    board.progress(0, 0);
    expect(board.inFlight).toBe(0);
  });

  it('begins again with what is not acknowledged', () => {
    const board = new ChunkBoard(plan);
    board.take();
    board.take();
    board.take();
    board.acknowledge(1);
    board.rewind();
    expect([board.take(), board.take(), board.take()]).toEqual([0, 2, 3]);
  });

  it('knows how much there can be at most if nobody else sends', () => {
    const board = new ChunkBoard(plan);
    expect(board.atMost).toBe(0);
    board.take();
    board.take();
    expect(board.atMost).toBe(20);
    board.rewind();
    board.take();
    expect(board.atMost).toBe(20);
    board.trust(lacking([{ start: 0, end: 90 }]));
    expect(board.atMost).toBe(5);
    board.take();
    expect(board.atMost).toBe(15);
    board.trust({ ...lacking([{ start: 0, end: 50 }]), missingTruncated: true });
    expect(board.atMost).toBe(45);
  });

  it('wants the last chunk once more', () => {
    const board = new ChunkBoard(plan);
    board.trust(lacking([]));
    expect(board).toMatchObject({ acknowledged: 95, remaining: 0 });
    board.repeatLast();
    expect(board).toMatchObject({ acknowledged: 90, remaining: 1 });
    expect([board.take(), board.take()]).toEqual([9, null]);
  });

  it('takes the word of the server for what is missing', () => {
    const property = fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 9 })), (held) => {
      const board = new ChunkBoard(plan);
      const indexes = Array.from({ length: plan.count }, (_, index) => index);
      const missing = indexes.filter((index) => !held.includes(index));
      board.trust(lacking(merge(missing.map((index) => chunkRange(plan, index)))));
      expect(board.remaining).toBe(missing.length);
      const bytes = held.reduce((sum, index) => sum + chunkRange(plan, index).end - chunkRange(plan, index).start, 0);
      expect(board.acknowledged).toBe(bytes);
      expect(missing.map(() => board.take())).toEqual(missing);
      expect(board.take()).toBeNull();
    });
    fc.assert(property);
  });

  it('wants a chunk of which the server lacks only a part', () => {
    const board = new ChunkBoard(plan);
    board.trust(lacking([{ start: 15, end: 16 }]));
    expect([board.take(), board.take()]).toEqual([1, null]);
  });
});

function lacking(missing: readonly ByteRange[]) {
  const received = missing.reduce((sum, { start, end }) => sum - (end - start), plan.length);
  return { missing: [...missing], missingTruncated: false, upload: { received, length: plan.length } };
}

function merge(ranges: readonly { start: number; end: number }[]): { start: number; end: number }[] {
  const merged: { start: number; end: number }[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last?.end === range.start) last.end = range.end;
    else merged.push({ ...range });
  }
  return merged;
}
