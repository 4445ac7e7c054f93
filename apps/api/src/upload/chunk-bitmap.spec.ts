import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteRanges } from './byte-ranges.js';
import { chunkBitmap } from './chunk-bitmap.js';

describe('the bitmap of chunks', () => {
  it.each([
    ['nothing held', [{ start: 0, end: 20 }], 8, 20, [0b000]],
    ['all held', [], 8, 20, [0b111]],
    ['the middle one missing', [{ start: 8, end: 16 }], 8, 20, [0b101]],
    ['a byte missing of the last', [{ start: 19, end: 20 }], 8, 20, [0b011]],
    ['a byte missing on both sides of a border', [{ start: 7, end: 9 }], 8, 20, [0b100]],
    [
      'two gaps in one chunk',
      [
        { start: 9, end: 10 },
        { start: 12, end: 13 },
      ],
      8,
      24,
      [0b101],
    ],
    ['nine chunks', [{ start: 0, end: 1 }], 1, 9, [0b11111110, 0b1]],
    ['an empty file', [], 8, 0, []],
  ])('%s', (_, missing, chunkSize, length, bytes) => {
    expect([...Buffer.from(chunkBitmap(missing, chunkSize, length), 'base64')]).toEqual(bytes);
  });

  it('tells of each chunk whether all its bytes are held', () => {
    const range = fc.tuple(fc.nat(60), fc.nat(20));
    fc.assert(
      fc.property(
        fc.array(range),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 60 }),
        (held, size, length) => {
          const ranges = new ByteRanges();
          for (const [start, bytes] of held) ranges.add(start, start + bytes);
          const bits = Buffer.from(chunkBitmap(ranges.gaps(length), size, length), 'base64');
          for (let chunk = 0; chunk * size < length; chunk++) {
            const end = Math.min(length, (chunk + 1) * size);
            const whole = Array.from({ length: end - chunk * size }, (_, at) => chunk * size + at).every((byte) =>
              held.some(([start, bytes]) => start <= byte && byte < start + bytes),
            );
            expect([chunk, ((bits[chunk >> 3] ?? 0) >> (chunk & 7)) & 1]).toEqual([chunk, whole ? 1 : 0]);
          }
        },
      ),
    );
  });
});
