import type { ByteRange } from '@stowage/contract';

/**
 * Which chunks are held, a bit each: chunk 0 in the lowest bit of the first byte.
 * @param missing what is not held, in order
 * @param length bytes that the chunks are cut from
 * @returns base64
 */
export function chunkBitmap(missing: readonly ByteRange[], chunkSize: number, length: number): string {
  const chunks = Math.ceil(length / chunkSize);
  const bits = Buffer.alloc(Math.ceil(chunks / 8));
  let chunk = 0;
  const holdUpTo = (end: number): void => {
    for (; chunk < end; chunk++) bits[chunk >> 3] = (bits[chunk >> 3] ?? 0) | (1 << (chunk & 7));
  };
  for (const { start, end } of missing) {
    holdUpTo(Math.floor(start / chunkSize));
    chunk = Math.max(chunk, Math.ceil(end / chunkSize));
  }
  holdUpTo(chunks);
  return bits.toString('base64');
}
