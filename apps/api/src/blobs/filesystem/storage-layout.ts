import { join } from 'node:path';
import { ID_PATTERN } from '@stowage/contract';
import type { BlobKey } from '../blob-store.js';

const SHA256 = /^[0-9a-f]{64}$/u;

/**
 * Where things are below the data folder. Every path is made from an id or a digest that has just been matched against
 * its pattern, so nothing that a client sent can become a path.
 */
export class StorageLayout {
  readonly staging: string;
  readonly blobs: string;
  /** What belongs to no upload, kept for a while before it is removed. */
  readonly quarantine: string;

  constructor(readonly root: string) {
    this.staging = join(root, 'staging');
    this.blobs = join(root, 'blobs');
    this.quarantine = join(root, 'quarantine');
  }

  stagingFile(uploadId: string): string {
    return join(this.staging, matching(ID_PATTERN, uploadId));
  }

  /** A file put aside: its name tells when, in milliseconds of Unix time. */
  asideFile(uploadId: string, at: Date): string {
    return join(this.quarantine, `${at.getTime()}-${matching(ID_PATTERN, uploadId)}`);
  }

  /** The same for a blob. */
  asideBlob({ spaceId, sha256 }: BlobKey, at: Date): string {
    return join(this.quarantine, `${at.getTime()}-${matching(ID_PATTERN, spaceId)}-${matching(SHA256, sha256)}`);
  }

  /** Folders above a blob, outermost first, and its file. */
  blob(key: BlobKey): { readonly folders: readonly string[]; readonly file: string } {
    const digest = matching(SHA256, key.sha256);
    const space = join(this.blobs, matching(ID_PATTERN, key.spaceId));
    const shard = join(space, digest.slice(0, 2));
    return { folders: [space, shard], file: join(shard, digest) };
  }
}

function matching(pattern: RegExp, text: string): string {
  if (!pattern.test(text)) throw new TypeError('not an id or a digest');
  return text;
}
