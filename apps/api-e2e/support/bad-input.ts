import { expect } from '@jest/globals';
import type { Answer } from './http.js';
import type { Product } from './product.js';
import { until } from './until.js';

/**
 * Expects a refusal as every client can read it: a 4xx in JSON with a sentence for a person.
 * @param status one status, or several of which any is right
 * @param code the stable name of the problem, where it is obvious
 */
export function expectRefusal(answer: Answer | null, status: number | readonly number[], code?: string): void {
  expect(answer).not.toBeNull();
  if (answer === null) return;
  expect([status].flat()).toContain(answer.status);
  expect(answer.type).toBe('application/json');
  const { problem } = answer;
  expect(problem.status).toBe(answer.status);
  expect(problem.error).toEqual(expect.stringMatching(/\S/u));
  if (code !== undefined) expect(problem.code).toBe(code);
}

/** A client that vanishes is noticed a moment later. */
const SOON_MS = 3_000;

/** Expects that a refused request left nothing: the same process runs, no upload is listed, no byte is on the disk. */
export async function expectNoTrace(product: Product, pid: number): Promise<void> {
  expect((await product.send('/healthz')).status).toBe(200);
  expect(product.process.pid).toBe(pid);
  try {
    await until('no upload is left', async () => (await product.unfinished()).length === 0, SOON_MS);
    await until('no byte is left', () => product.staged.length === 0, SOON_MS);
    // A test that has deleted its file was answered before the bytes went.
    await until('no blob is left', () => product.blobs.length === 0, SOON_MS);
  } finally {
    await product.clear(); // so that each test answers for itself only
  }
}
