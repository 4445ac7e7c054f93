import { describe, expect, it } from '@jest/globals';
import { Batch } from './batch.js';

describe('a batch', () => {
  it('keeps pieces as they are', () => {
    const pieces = [Buffer.alloc(4096, 1), Buffer.alloc(10, 2), Buffer.alloc(1024, 3), Buffer.alloc(1023, 4)];
    const batch = new Batch();
    for (const piece of pieces) batch.add(piece);
    expect(batch.bytes).toBe(4096 + 10 + 1024 + 1023);
    const taken = batch.take();
    expect(taken).toHaveLength(4);
    taken.forEach((piece, index) => expect(piece).toBe(pieces[index]));
  });

  it('joins single bytes, so that many of them are few buffers', () => {
    const batch = new Batch();
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
    for (let at = 0; at < bytes.length; at += 1) batch.add(bytes.subarray(at, at + 1));
    const taken = batch.take();
    expect(taken.length).toBeLessThan(10);
    expect(Buffer.concat(taken).equals(bytes)).toBe(true);
  });

  it('keeps the order of large and tiny pieces, and begins anew when taken', () => {
    const batch = new Batch();
    const sizes = [1, 2, 3, 2000, 1, 1, 5000, 1023, 1023, 1];
    const sent = sizes.map((size, index) => Buffer.alloc(size, index));
    for (let round = 0; round < 3; round += 1) {
      for (const piece of sent) batch.add(piece);
      expect(Buffer.concat(batch.take()).equals(Buffer.concat(sent))).toBe(true);
      expect(batch.bytes).toBe(0);
      expect(batch.take()).toEqual([]);
    }
  });

  it('never writes again into what it has handed over', () => {
    const batch = new Batch();
    for (let i = 0; i < 5; i += 1) batch.add(Buffer.from('a'));
    const first = batch.take();
    for (let i = 0; i < 5; i += 1) batch.add(Buffer.from('b'));
    batch.take();
    expect(Buffer.concat(first).toString()).toBe('aaaaa');
  });
});
