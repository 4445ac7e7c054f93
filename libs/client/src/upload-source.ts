import { nameFault, parsePath } from '@stowage/contract';
import { type ProblemError, clientProblem, knownProblem } from './problem-error.js';

/** A file to upload. Its bytes are read a slice at a time, only when they are sent. */
export interface UploadSource {
  /** The name to store it under. */
  readonly name: string;
  /** Folder, `/`-separated, no leading slash; `''` is the one that it begins in. */
  readonly path: string;
  /** Id of the space it goes into; left out: one's own. */
  readonly space?: string;
  /** Id of the folder that `path` begins in; left out: the root of the space. */
  readonly folder?: string;
  /** A `File`, or any `Blob`; in Node the result of `fs.openAsBlob`. */
  readonly content: Blob;
  /** Says that it is the rest of an upload which the server holds in part. */
  readonly resume?: ResumedUpload;
}

/** An unfinished upload of the server. */
export interface ResumedUpload {
  /** The server's id. */
  readonly uploadId: string;
}

/** Says why the server would refuse the name or the folder; null when it would not. */
export function sourceFault(source: UploadSource): ProblemError | null {
  const name = nameFault(source.name);
  if (name !== null) return knownProblem('invalid-name', name);
  const path = parsePath(wirePath(source), source.name);
  return path.ok ? null : knownProblem('invalid-path', path.fault);
}

/**
 * The folder as the `path` field carries it. The server drops a last segment that equals the file's name (browsers send
 * `webkitRelativePath`), so a file in a folder of its own name has to say it twice.
 */
export function wirePath(source: UploadSource): string {
  const last = source.path.slice(source.path.lastIndexOf('/') + 1);
  return last === source.name && last !== '' ? `${source.path}/${source.name}` : source.path;
}

/**
 * Throws `source-changed` when bytes of the source cannot be read any more. Browsers report an unreadable file as a plain
 * network error of the request that carried it, so this is asked after every such error.
 */
export async function assertReadable(slice: Blob): Promise<void> {
  try {
    await slice.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw clientProblem(
      'source-changed',
      'The file was changed, moved or deleted on this computer while it was being sent. Add it again.',
      { cause },
    );
  }
}
