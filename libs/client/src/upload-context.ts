import type { Limits } from '@stowage/contract';
import type { ApiClient } from './api-client.js';
import { systemClock } from './clock.js';
import { systemConnectivity } from './connectivity.js';
import { FetchTransport } from './fetch-transport.js';
import { RequestSlots } from './request-slots.js';
import type { RetryEnvironment } from './retries.js';
import type { Transport } from './transport.js';
import type { UploadPasswords } from './upload-passwords.js';
import { type UploadTarget, spacesTarget } from './upload-target.js';
import { XhrTransport } from './xhr-transport.js';

/** What all uploads of one program have in common. */
export interface UploadContext extends RetryEnvironment {
  readonly api: ApiClient;
  /** Where new uploads go. */
  readonly target: UploadTarget;
  /** Passwords of folders that want one; null for nobody to ask. */
  readonly passwords: UploadPasswords | null;
  readonly transport: Transport;
  /** Requests that carry chunks, of all uploads together. */
  readonly slots: RequestSlots;
  /** The server's limits, asked for once. */
  readonly limits: () => Promise<Limits>;
}

/** Chunk requests under way at once. */
export const DEFAULT_PARALLEL_REQUESTS = 4;

/** A context from an API client; everything else has a default. */
export function uploadContext(api: ApiClient, parts: Partial<UploadContext> = {}): UploadContext {
  return {
    api,
    target: spacesTarget(api),
    passwords: null,
    transport: typeof XMLHttpRequest === 'undefined' ? new FetchTransport() : new XhrTransport(),
    slots: new RequestSlots(DEFAULT_PARALLEL_REQUESTS),
    limits: askOnce(() => api.limits()),
    clock: systemClock,
    random: Math.random,
    connectivity: systemConnectivity,
    reauthorize: api.connection.reauthorize,
    ...parts,
  };
}

// A failure is not kept: the next upload asks again.
function askOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = null;
      throw error;
    });
    return answer;
  };
}
