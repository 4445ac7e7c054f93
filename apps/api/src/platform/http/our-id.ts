import { ID_PATTERN, type ProblemCode } from '@stowage/contract';
import { ProblemError } from './problem-error.js';

/**
 * The id that an address names. What does not look like one of ours is nobody's, and no text of a client reaches the
 * database as one.
 * @throws ProblemError of the code that says there is nothing of this id
 */
export function ourId(text: string, code: ProblemCode, detail: string): string {
  if (ID_PATTERN.test(text)) return text;
  throw new ProblemError(code, detail);
}
