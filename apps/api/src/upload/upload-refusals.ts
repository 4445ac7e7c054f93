import { isProblemCode, PROBLEMS } from '@stowage/contract';
import { CondemnedBytes, MissingBytes } from '../blobs/blob-store.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Upload } from './entities/upload.entity.js';

/** The refusal that an upload which ended without a file repeats to every late request. */
export function refusalOf(upload: Upload): ProblemError {
  if (upload.state === 'cancelled') {
    return new ProblemError('upload-cancelled', 'It was removed; begin again to send the file.');
  }
  if (upload.state === 'expired') {
    return new ProblemError('upload-expired', 'No bytes came for too long, so it was removed; begin again.');
  }
  return problemOfReason(upload.reason);
}

/** The problem that a reason names. */
export function problemOfReason(reason: string | null): ProblemError {
  const code = reason !== null && isProblemCode(reason) ? reason : 'internal';
  return new ProblemError(code, PROBLEMS[code].title);
}

/** Why bytes that the store gave up end their upload; null when it did not give them up. */
export function reasonOfLoss(error: unknown): 'bytes-missing' | 'bytes-lost' | null {
  if (error instanceof MissingBytes) return 'bytes-missing';
  return error instanceof CondemnedBytes ? 'bytes-lost' : null;
}
