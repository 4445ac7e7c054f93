import { ProblemError } from '../../platform/http/problem-error.js';

/** The errno name of a system error, e.g. `ENOSPC`. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Seconds: a disk is seldom back sooner, and who asks often does not help it. */
const DISK_RETRY_AFTER = 5;

/** The same for a blob that cannot be read. */
export function readFault(error: unknown): ProblemError {
  const options = { cause: error, retryAfter: DISK_RETRY_AFTER };
  return new ProblemError('file-unreadable', 'The administrator finds the cause in the log.', options);
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);
/** What the disk says of bytes that it has not taken; every other failed write may have lost bytes taken before. */
const REFUSED = new Set([...FULL, 'EROFS', 'EFBIG', 'ENOMEM', 'EINTR']);

/** True for a write that failed without harm to what the file held. */
export function isRefusedWrite(error: unknown): boolean {
  return REFUSED.has(errnoOf(error) ?? '');
}

const PASSING = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE']);

/** True for a fault of this process or of the volume, whatever file it was met at. */
export function isPassing(error: unknown): boolean {
  return PASSING.has(errnoOf(error) ?? '');
}

/**
 * True when a folder could not even be opened to be synced, or is not the volume's: no sync was asked for, so none has
 * failed, and the next one can be trusted.
 */
export function isBeforeSync(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'syscall' in error ? error.syscall === 'open' : errnoOf(error) === 'ESTALE';
}

/** Tells what a failed system call means to the person who uploads; the cause goes to the log. */
export function storageFault(error: unknown): ProblemError {
  return FULL.has(errnoOf(error) ?? '')
    ? storageFull('The disk is full, so the file could not be written.', error)
    : new ProblemError('storage-failed', 'What was sent before is safe; send this part again later.', {
        cause: error,
        retryAfter: DISK_RETRY_AFTER,
      });
}

/** Room may come back: somebody deletes, or an upload expires. */
export function storageFull(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('storage-full', detail, { cause, retryAfter: 60 });
}
