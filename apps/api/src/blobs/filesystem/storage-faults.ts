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

/** Tells what a failed system call means to the person who uploads; the cause goes to the log. */
export function storageFault(error: unknown): ProblemError {
  return FULL.has(errnoOf(error) ?? '')
    ? storageFull('The disk is full, so the file could not be written.', error)
    : new ProblemError('storage-failed', 'What was sent before is safe; send this part again later.', { cause: error });
}

/** Room may come back: somebody deletes, or an upload expires. */
export function storageFull(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('storage-full', detail, { cause, retryAfter: 60 });
}
