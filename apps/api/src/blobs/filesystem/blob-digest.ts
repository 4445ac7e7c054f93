import { randomUUID } from 'node:crypto';
import type { Pace } from '../blob-store.js';
import type { DigestFollower } from './digest-follower.js';

const STEP_MS = 100;

/**
 * SHA-256 of the first `size` bytes of a file at rest. The worker that follows uploads reads it, between their bytes and
 * no faster than it is let.
 * @throws MissingBytes when the file is shorter; a system error when it cannot be read; the reason of an abort
 */
export async function pacedDigest(digests: DigestFollower, path: string, size: number, pace: Pace): Promise<string> {
  const { signal, bytesPerSecond } = pace;
  // Not an upload's id: several may read one file.
  const name = `blob-${randomUUID()}`;
  const forget = (): void => {
    digests.forget(name);
  };
  signal.addEventListener('abort', forget, { once: true });
  try {
    const step = Math.max(1, Math.floor((bytesPerSecond * STEP_MS) / 1000));
    for (let end = step; end < size; end += step) {
      signal.throwIfAborted();
      digests.advance(name, path, end);
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
    signal.throwIfAborted();
    return await digests.finish(name, path, size);
  } finally {
    signal.removeEventListener('abort', forget);
    if (signal.aborted) forget();
  }
}
