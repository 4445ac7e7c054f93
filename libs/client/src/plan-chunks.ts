import type { ByteRange, Limits } from '@stowage/contract';
import { knownProblem } from './problem-error.js';

/** How a file is cut: `count` chunks of `chunkSize` bytes, the last one as long as what remains. */
export interface ChunkPlan {
  /** Bytes of the whole file. */
  readonly length: number;
  readonly chunkSize: number;
  /** At least 1: an empty file is one empty chunk. */
  readonly count: number;
}

const MIB = 1024 * 1024;

/**
 * Cuts a file as the server likes it. The chunk size is the recommended one, and grows in whole MiB where the file would
 * have too many chunks.
 * @param length bytes of the file
 * @throws ProblemError `file-too-large` or `too-many-chunks`, before a byte is sent
 */
export function planChunks(length: number, limits: Limits): ChunkPlan {
  if (length > limits.maxFileSize) {
    throw knownProblem('file-too-large', `This server takes files of ${limits.maxFileSize} bytes at most.`);
  }
  const preferred = Math.min(Math.max(limits.recommendedChunkSize, limits.minChunkSize), limits.maxChunkSize);
  const needed = Math.ceil(length / limits.maxChunks);
  const chunkSize = needed <= preferred ? preferred : Math.min(Math.ceil(needed / MIB) * MIB, limits.maxChunkSize);
  const count = Math.max(1, Math.ceil(length / chunkSize));
  if (count > limits.maxChunks) {
    throw knownProblem('too-many-chunks', `This server takes files of ${limits.maxChunks} chunks at most.`);
  }
  return { length, chunkSize, count };
}

/** Where chunk `index` lies in the file. */
export function chunkRange(plan: ChunkPlan, index: number): ByteRange {
  const start = index * plan.chunkSize;
  return { start, end: Math.min(start + plan.chunkSize, plan.length) };
}
