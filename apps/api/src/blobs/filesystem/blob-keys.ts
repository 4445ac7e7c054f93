import { join } from 'node:path';
import { ID_PATTERN } from '@stowage/contract';
import type { BlobKey } from '../blob-store.js';
import { ifThere } from './durable-files.js';
import type { FileSystem } from './file-system.js';

const SHA256 = /^[0-9a-f]{64}$/u;

/** The keys of all files that have the name of a blob, one folder's at a time. Whatever else lies there is passed over. */
export async function* blobKeys(files: FileSystem, blobs: string): AsyncIterable<readonly BlobKey[]> {
  const list = async (...path: string[]) => (await ifThere(files.readdir(join(blobs, ...path)))) ?? [];
  for (const spaceId of (await list()).filter((name) => ID_PATTERN.test(name))) {
    for (const shard of (await list(spaceId)).filter((name) => /^[0-9a-f]{2}$/u.test(name))) {
      const names = await list(spaceId, shard);
      const digests = names.filter((name) => SHA256.test(name) && name.startsWith(shard));
      if (digests.length > 0) yield digests.map((sha256) => ({ spaceId, sha256 }));
    }
  }
}
