import type { SentFile, StoredFile } from '@stowage/contract';
import type { ProblemError } from './problem-error.js';

/**
 * Where one upload stands, as its sender sees it. `checking`: what the server holds of an unfinished upload is compared with
 * the file before the rest is sent. `waiting`: nothing moves just now (no network, a busy server, a new
 * session needed) and it goes on by itself. `completing`: every byte is held, the server checks them and makes the file
 * visible. The last three are final, though `failed` can be retried.
 */
export type TransferState =
  'queued' | 'checking' | 'sending' | 'waiting' | 'completing' | 'complete' | 'failed' | 'cancelled';

/** One look at an upload under way; never changes after it was handed out. */
export interface TransferSnapshot {
  readonly state: TransferState;
  /** Bytes of the file. */
  readonly length: number;
  /** Bytes that the server said it holds durably. */
  readonly acknowledged: number;
  /** Bytes that have left and are not acknowledged yet. */
  readonly inFlight: number;
  /** Smoothed; null while it would be a guess. */
  readonly bytesPerSecond: number | null;
  /** Estimate for what is not acknowledged; null while it would be a guess. */
  readonly secondsLeft: number | null;
  /** Bytes held by the server that were compared with the file so far; null when there is nothing to compare. */
  readonly checked: number | null;
  /** Why it failed, or waits. */
  readonly problem: ProblemError | null;
  /** The server's id, once it has told. */
  readonly uploadId: string | null;
  /** The stored file, when complete; a file request tells less of it. */
  readonly file: SentFile | StoredFile | null;
}

/** The snapshot of an upload that has not begun. */
export function queuedTransfer(length: number): TransferSnapshot {
  return {
    state: 'queued',
    length,
    acknowledged: 0,
    inFlight: 0,
    bytesPerSecond: null,
    secondsLeft: null,
    checked: null,
    problem: null,
    uploadId: null,
    file: null,
  };
}

/** True while an upload still needs this program. */
export function isUnsettled(state: TransferState): boolean {
  return state !== 'complete' && state !== 'failed' && state !== 'cancelled';
}
