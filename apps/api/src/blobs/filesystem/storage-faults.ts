import { ProblemError } from '../../platform/http/problem-error.js';

/** The errno name of a system error, e.g. `ENOSPC`. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** The same for a blob that cannot be read. */
export function readFault(error: unknown): ProblemError {
  return new ProblemError('file-unreadable', 'The administrator finds the cause in the log.', { cause: error });
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Tells what a failed system call means to the person who uploads; the cause goes to the log. */
export function storageFault(error: unknown): ProblemError {
  const errno = errnoOf(error);
  return errno !== null && FULL.has(errno)
    ? new ProblemError('storage-full', 'The disk is full, so the file could not be written.', {
        cause: error,
        retryAfter: 60,
      })
    : new ProblemError('storage-failed', 'What was sent before is safe; send this part again later.', { cause: error });
}
