// Real: small file systems in memory, mounted for the test.
import { afterEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, contentOf, sha256Of } from '../../../test/bytes.js';
import { targetOf } from '../../../test/chunk-targets.js';
import { digestFollower } from '../../../test/test-storage.js';
import { canMount, mountVolume, type Volume, type VolumeLimits } from '../../../test/volumes.js';
import { newId } from '../../platform/database/ids.js';
import type { DigestFollower } from './digest-follower.js';
import { FilesystemBlobStore } from './filesystem-blob-store.js';
import type { Reserve } from './free-room.js';
import { prepareStorage } from './prepare-storage.js';

const MIB = 1024 * 1024;

const opened: (Volume | DigestFollower)[] = [];

async function storeOn(limits: VolumeLimits, reserve: Reserve) {
  const volume = mountVolume(limits);
  if (volume === null) throw new Error('The volume could not be mounted.');
  opened.push(volume);
  const digests = digestFollower();
  opened.unshift(digests);
  const layout = await prepareStorage(volume.folder);
  return { folder: volume.folder, store: new FilesystemBlobStore(layout, digests, reserve) };
}

afterEach(async () => {
  for (const thing of opened.splice(0)) await thing.close();
});

/** Content of which no byte may be asked for. */
const unread = {
  [Symbol.asyncIterator]: () => {
    throw new Error('The content was read.');
  },
};

// Where nobody may mount, free-room.spec.ts makes up what the volume answers.
if (canMount()) {
  describe('a volume with less free space than has to stay', () => {
    it('takes no byte more, completes what it holds, and takes bytes again after a delete', async () => {
      const { folder, store } = await storeOn({ bytes: 8 * MIB }, { freeBytes: 4 * MIB, freeInodes: 0 });
      const bytes = bytesOf(64 * 1024);
      const [id, other] = [newId(), newId()];
      await store.writeChunk(targetOf(id, 0, bytes.length), contentOf(bytes));
      const large = Array.from({ length: 16 }, () => bytesOf(256 * 1024));
      await store.writeChunk(targetOf(other, 0, 4 * MIB), contentOf(...large));
      await store.delete({ spaceId: newId(), sha256: sha256Of(Buffer.from('nothing')) });

      for (const first of [true, false]) {
        const refused = store.writeChunk(targetOf(first ? newId() : id, bytes.length, 10, first), unread);
        await expect(refused).rejects.toMatchObject({ code: 'storage-full' });
      }
      await expect(store.checkRoom()).rejects.toMatchObject({ code: 'storage-full' });
      await expect(store.probe()).rejects.toMatchObject({ code: 'storage-full' });
      expect((await store.staged()).sort()).toEqual([id, other].sort());

      const key = { spaceId: newId(), sha256: await store.digest(id, bytes.length) };
      await store.publish(id, key);
      await store.discard(id);
      expect(await store.size(key)).toBe(bytes.length);

      await store.discard(other);
      await store.probe();
      expect(await store.writeChunk(targetOf(newId(), 0, 10), contentOf(bytesOf(10)))).toBe(10);
      await writeFile(join(folder, 'filler'), Buffer.alloc(4 * MIB));
      await store.delete(key);
      await expect(store.writeChunk(targetOf(newId(), 0, 10), unread)).rejects.toMatchObject({ code: 'storage-full' });
    });
  });

  describe('a volume with fewer free inodes than have to stay', () => {
    it('takes no byte more, and takes bytes again after a delete', async () => {
      const { store } = await storeOn({ bytes: 8 * MIB, inodes: 20 }, { freeBytes: 0, freeInodes: 10 });
      const ids: string[] = [];
      const begin = async () => {
        const id = newId();
        await store.writeChunk(targetOf(id, 0, 1), contentOf('x'));
        ids.push(id);
        // So that the volume is asked again.
        await store.delete({ spaceId: newId(), sha256: sha256Of(Buffer.from('nothing')) });
      };
      const fill = async () => {
        for (;;) await begin();
      };
      await expect(fill()).rejects.toMatchObject({ code: 'storage-full' });
      expect(ids.length).toBeGreaterThan(3);
      expect(await store.staged()).toHaveLength(ids.length);
      await expect(store.probe()).rejects.toMatchObject({ code: 'storage-full' });

      await store.discard(ids[0] ?? '');
      await begin();
    });
  });
}
