import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LIMITS } from '../test/fake-server.js';
import { chunkRange, planChunks } from './plan-chunks.js';

const MIB = 1024 * 1024;
const TIB = MIB * MIB;
const REAL = {
  ...LIMITS,
  maxFileSize: 16 * TIB,
  maxChunkSize: 1024 * MIB,
  recommendedChunkSize: 8 * MIB,
  maxChunks: 1_000_000,
};

describe('planning chunks', () => {
  it('uses the recommended chunk size', () => {
    expect(planChunks(100 * MIB, REAL)).toEqual({ length: 100 * MIB, chunkSize: 8 * MIB, count: 13 });
  });

  it('gives an empty file one empty chunk', () => {
    const plan = planChunks(0, REAL);
    expect(plan.count).toBe(1);
    expect(chunkRange(plan, 0)).toEqual({ start: 0, end: 0 });
  });

  it('grows chunks in whole MiB rather than exceed the count', () => {
    const plan = planChunks(16 * TIB, REAL);
    expect(plan.chunkSize).toBe(17 * MIB);
    expect(plan.count).toBeLessThanOrEqual(REAL.maxChunks);
  });

  it('keeps to a largest chunk below the recommended one', () => {
    expect(planChunks(100, { ...REAL, maxChunkSize: 30 })).toMatchObject({ chunkSize: 30, count: 4 });
  });

  it('refuses what the server would refuse', () => {
    expect(() => planChunks(16 * TIB + 1, REAL)).toThrow(expect.objectContaining({ code: 'file-too-large' }));
    const few = { ...REAL, maxChunks: 10, maxChunkSize: 10, recommendedChunkSize: 10 };
    expect(() => planChunks(101, few)).toThrow(expect.objectContaining({ code: 'too-many-chunks' }));
  });

  it('covers every byte once, within every limit', () => {
    const sizes = fc.integer({ min: 1, max: 64 * MIB });
    const property = fc.property(
      fc.integer({ min: 0, max: 2 ** 40 }),
      sizes,
      fc.integer({ min: 1, max: 5_000 }),
      (length, recommendedChunkSize, maxChunks) => {
        const limits = { ...REAL, recommendedChunkSize, maxChunks, maxChunkSize: 1024 * MIB };
        fc.pre(length <= maxChunks * limits.maxChunkSize);
        const plan = planChunks(length, limits);
        expect(plan.count).toBeLessThanOrEqual(maxChunks);
        expect(plan.chunkSize).toBeLessThanOrEqual(limits.maxChunkSize);
        expect(chunkRange(plan, 0).start).toBe(0);
        expect(chunkRange(plan, plan.count - 1).end).toBe(length);
        expect(plan.count).toBe(Math.max(1, Math.ceil(length / plan.chunkSize)));
      },
    );
    fc.assert(property);
  });
});
