import { ID_PATTERN } from '@stowage/contract';
import { ProblemError } from '../platform/http/problem-error.js';

/**
 * The id of an upload, as an address has it. Nothing that is no id of ours is looked up.
 * @throws ProblemError upload-not-found
 */
export function ours(id: string): string {
  if (!ID_PATTERN.test(id)) throw new ProblemError('upload-not-found', 'This is not the id of an upload.');
  return id;
}
