import { MAX_PATH_BYTES, MAX_PATH_DEPTH, PROBLEMS } from '@stowage/contract';
import { ProblemError } from '../platform/http/problem-error.js';

/** Nothing of this id, or nothing that whoever asks may know of. */
export function entryNotFound(): ProblemError {
  return new ProblemError('entry-not-found', 'It may be in the trash, or have been removed for good.');
}

/** No folder of this id that something can be put into. */
export function folderNotFound(): ProblemError {
  return new ProblemError('folder-not-found', 'It may be in the trash, or have been removed for good.');
}

/** A name that is taken, in the words that people know from elsewhere. */
export function nameTaken(): ProblemError {
  return new ProblemError('name-taken', PROBLEMS['name-taken'].title);
}

/** A file in the middle of a path. */
export function notAFolder(): ProblemError {
  return new ProblemError('path-not-a-folder', 'A file stands where the path wants a folder.');
}

/**
 * Refuses folders that would be nested too deeply.
 * @param depth folders of the longest path that there would be
 * @param bytes its length
 * @throws ProblemError folder-too-deep
 */
export function checkReach(depth: number, bytes: number): void {
  if (depth > MAX_PATH_DEPTH) {
    throw new ProblemError('folder-too-deep', `Folders can be nested ${MAX_PATH_DEPTH} levels deep at most.`);
  }
  if (bytes > MAX_PATH_BYTES) {
    throw new ProblemError('folder-too-deep', `A folder path can have ${MAX_PATH_BYTES} bytes at most.`);
  }
}
