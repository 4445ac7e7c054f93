import type { SentResult, SentStatus, UploadResult, UploadStatus } from '@stowage/contract';
import { ProblemError } from '../../platform/http/problem-error.js';

/**
 * What a sender is told of an upload: nothing of where it lies, and its name as it was sent, since a number would tell that
 * there is another one of that name.
 * @param name as it was sent
 */
export function sentResult({ upload, complete, file }: UploadResult, name: string): SentResult {
  const { id, state, length, received, reason } = upload;
  return {
    upload: { id, state, length, received, ...(reason === undefined ? {} : { reason }) },
    complete,
    ...(file === undefined ? {} : { file: { name, size: file.size, sha256: file.sha256 } }),
  };
}

/** The same, with what is missing. */
export function sentStatus(status: UploadStatus): SentStatus {
  const { upload, offset, missing, missingTruncated, bitmap } = status;
  const { name, chunkSize, expiresAt } = upload;
  const result = sentResult(status, name);
  return {
    ...result,
    upload: { ...result.upload, name, chunkSize, expiresAt },
    ...{ offset, missing, missingTruncated },
    ...(bitmap === undefined ? {} : { bitmap }),
  };
}

/** A refusal, in words that tell a sender nothing of the space. */
export function sentRefusal(error: unknown): unknown {
  if (error instanceof ProblemError && error.code === 'quota-exceeded') {
    return new ProblemError('quota-exceeded', 'There is no room for it where it was to go.');
  }
  return error;
}
