import type { ChunkTarget } from '../src/blobs/blob-store.js';

/** A chunk of at most so many bytes, the first of its upload unless told otherwise. */
export function targetOf(uploadId: string, offset: number, length: number, first = true): ChunkTarget {
  return { uploadId, offset, maxLength: length, first };
}
