import { nameFault, parsePath } from '@stowage/contract';
import { ProblemError } from '../platform/http/problem-error.js';

/** Where a file is to appear. */
export interface UploadPlace {
  readonly name: string;
  /** Folder, `/`-separated; `''` is the root. */
  readonly path: string;
}

/**
 * Checks where a client wants its file.
 * @throws ProblemError invalid-name, invalid-path
 */
export function uploadPlace(name: string, path: string): UploadPlace {
  const fault = nameFault(name);
  if (fault !== null) throw new ProblemError('invalid-name', fault);
  const parsed = parsePath(path, name);
  if (!parsed.ok) throw new ProblemError('invalid-path', parsed.fault);
  return { name, path: parsed.segments.join('/') };
}
