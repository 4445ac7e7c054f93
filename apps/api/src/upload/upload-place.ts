import { nameFault, parsePath } from '@stowage/contract';
import { linkOfOwner } from '../identity/known-link.js';
import type { Destination } from '../entries/entry-ledger.js';
import { ProblemError } from '../platform/http/problem-error.js';

/** Where a file is to appear, from the folder on that its path begins in. */
export interface UploadPlace {
  readonly name: string;
  /** Folder, `/`-separated; `''` is where it begins. */
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

/** The same, for the tree. */
export function destinationOf({
  spaceId,
  folderId = null,
  path,
  name,
  owner,
}: UploadPlace & {
  readonly owner: string;
  readonly spaceId: string;
  readonly folderId?: string | null;
}): Destination {
  return { spaceId, folderId, folders: path === '' ? [] : path.split('/'), name, evades: linkOfOwner(owner) !== null };
}
