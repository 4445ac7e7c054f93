import { type SentFile, type SentStatus, isProblemCode } from '@stowage/contract';
import { type ProblemError, clientProblem, knownProblem, toProblem } from './problem-error.js';
import { type RetryOptions, pause, withRetries } from './retries.js';
import type { UploadContext } from './upload-context.js';

const FIRST_POLL_MS = 500;
const POLL_GROWTH = 1.5;
const LONGEST_POLL_MS = 10_000;

/** Where an upload stands, asked again while the failure may pass. */
export function readStatus(id: string, context: UploadContext, options: RetryOptions): Promise<SentStatus> {
  return withRetries(() => context.target.status(id, options.signal), context, options);
}

/** Asks at growing intervals until the server is no longer busy completing the upload. */
export async function whenCompleted(id: string, context: UploadContext, options: RetryOptions): Promise<SentStatus> {
  let interval = FIRST_POLL_MS;
  for (;;) {
    const status = await readStatus(id, context, options);
    if (status.upload.state !== 'completing') return status;
    await pause(interval, context, options.signal);
    interval = Math.min(interval * POLL_GROWTH, LONGEST_POLL_MS);
  }
}

/** The problem that a status without a file stands for, when it stands for one: a final state, or a block. */
export function problemOfStatus({ upload }: SentStatus): ProblemError | null {
  const { state, reason } = upload;
  if (state === 'cancelled') return knownProblem('upload-cancelled', 'The upload was cancelled on the server.');
  if (state === 'expired')
    return knownProblem('upload-expired', 'No bytes came for too long, so the server removed it.');
  if (state === 'complete') return knownProblem('file-not-found', 'It was stored, and has been deleted since.');
  if (state !== 'failed' && reason === undefined) return null;
  if (reason !== undefined && isProblemCode(reason)) return knownProblem(reason, sentenceOf(reason, state));
  return clientProblem('upload-failed', 'The server could not store the file; its log has the cause.');
}

function sentenceOf(reason: string, state: string): string {
  if (reason === 'name-taken') return 'A file with this name exists in this folder.';
  if (reason === 'digest-mismatch') return 'The bytes that arrived are not the bytes that were announced.';
  if (reason === 'bytes-missing') return 'The server lost bytes of this upload; retry sends them again.';
  return state === 'failed' ? 'The server could not store the file.' : 'The server cannot go on with this upload.';
}

/** The problem of an upload that somebody else has made a file of: with bytes that were never compared. */
export function finishedElsewhere(): ProblemError {
  return knownProblem('upload-finished', 'Somebody else has sent the rest of it meanwhile.');
}

/** True when an upload is gone for good, so that another try needs a new one. */
export function isGone({ code, status }: ProblemError): boolean {
  return status === 410 || code === 'upload-not-found' || code === 'upload-failed';
}

/** True when a file cannot be the rest of the unfinished upload that it was taken for, and can be sent as a new one. */
export function needsNewUpload(problem: ProblemError): boolean {
  return problem.code === 'different-file' || problem.code === 'upload-finished' || isGone(problem);
}

/** Tries of each request that tells the server about a cancelled upload; what stays unfinished is removed by expiry. */
const FORGET_ATTEMPTS = 6;
/** The request that was aborted may still be on its way into the server's records. */
const LOOKUPS = 3;
const LOOKUP_INTERVAL_MS = 500;

/**
 * Tells the server that an upload is given up. Never rejects.
 * @param id the server's id; null when no answer has told it yet: then it is looked up by `key`
 * @returns the file, when the upload turned out to be complete already
 */
export async function forgetUpload(id: string | null, key: string, context: UploadContext): Promise<SentFile | null> {
  const options = { signal: new AbortController().signal, onWait: () => undefined, maxAttempts: FORGET_ATTEMPTS };
  try {
    const known = id ?? (await lookUp(key, context, options));
    if (known === null) return null;
    return await remove(known, context, options);
  } catch {
    // Whatever is left on the server is listed there as unfinished, and can be removed from the list.
    return null;
  }
}

async function remove(id: string, context: UploadContext, options: RetryOptions): Promise<SentFile | null> {
  try {
    await withRetries(() => context.target.cancel(id), context, options);
    return null;
  } catch (error) {
    if (toProblem(error).code !== 'upload-finished') throw error;
    return (await whenCompleted(id, context, options)).file ?? null;
  }
}

async function lookUp(key: string, context: UploadContext, options: RetryOptions): Promise<string | null> {
  for (let look = 1; ; look++) {
    const id = await withRetries(() => context.target.find(key), context, options);
    if (id !== null) return id;
    if (look === LOOKUPS) return null;
    await pause(LOOKUP_INTERVAL_MS * look, context, options.signal);
  }
}
