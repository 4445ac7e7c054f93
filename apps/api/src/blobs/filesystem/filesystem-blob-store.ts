import { constants } from 'node:fs';
import { link, open, readdir, stat, statfs, unlink, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ID_PATTERN, type ByteRange } from '@stowage/contract';
import { ProblemError } from '../../platform/http/problem-error.js';
import { MissingBytes, type BlobKey, type BlobStore, type ChunkTarget, type Content } from '../blob-store.js';
import type { DigestFollower } from './digest-follower.js';
import { ensureFolder, FILE_MODE, probeWriting, removeIfThere, syncFolder, writeAll } from './durable-files.js';
import { errnoOf, readFault, storageFault } from './storage-faults.js';
import type { StorageLayout } from './storage-layout.js';

/** Below this readiness goes off: a few chunks at once would fill the disk. */
const LEAST_FREE_BYTES = 256 * 1024 * 1024;
const WRITE = constants.O_WRONLY | constants.O_NOFOLLOW;

/**
 * Bytes on a local file system. One sparse staging file an upload, each chunk written at its final offset; completion
 * gives that file a second name made from its content's hash, so nothing is ever copied.
 *
 * Needs: one file system for the whole data folder (`link` does not cross), owned by this process; modes 0600 and 0700.
 */
export class FilesystemBlobStore implements BlobStore {
  constructor(
    private readonly layout: StorageLayout,
    private readonly digests: DigestFollower,
  ) {}

  async writeChunk(target: ChunkTarget, content: Content): Promise<number> {
    const file = await translated(() => this.openStaging(target));
    try {
      const written = await this.receive(file, target, content);
      await translated(async () => {
        await file.datasync();
        // Until something is recorded any of the parallel first chunks may have made the name: each syncs it.
        if (target.first) await syncFolder(this.layout.staging);
      });
      return written;
    } finally {
      await file.close();
    }
  }

  private async receive(file: FileHandle, target: ChunkTarget, content: Content): Promise<number> {
    const most = target.length ?? target.maxLength;
    let written = 0;
    for await (const batch of content) {
      const bytes = batch.reduce((sum, buffer) => sum + buffer.length, 0);
      if (written + bytes > most) throw tooLong(target);
      const at = target.offset + written;
      await translated(() => writeAll(file, batch, at));
      written += bytes;
    }
    if (target.length !== null && written < target.length) {
      throw new ProblemError('size-mismatch', `The chunk should have ${target.length} bytes but had ${written}.`);
    }
    return written;
  }

  private async openStaging(target: ChunkTarget): Promise<FileHandle> {
    const path = this.layout.stagingFile(target.uploadId);
    try {
      return await open(path, target.first ? WRITE | constants.O_CREAT : WRITE, FILE_MODE);
    } catch (error) {
      if (target.first) throw error;
      throw await this.lossOr(error);
    }
  }

  /** The folder being away is a fault of the volume, which may come back; the file alone being away is a loss. */
  private async lossOr(error: unknown): Promise<unknown> {
    if (errnoOf(error) !== 'ENOENT') return error;
    await stat(this.layout.staging);
    return new MissingBytes('The staging file is gone.', { cause: error });
  }

  digest(uploadId: string, length: number): Promise<string> {
    return translated(async () => {
      try {
        return await this.digests.finish(uploadId, this.layout.stagingFile(uploadId), length);
      } catch (error) {
        throw await this.lossOr(error);
      }
    });
  }

  follow(uploadId: string, end: number): void {
    this.digests.advance(uploadId, this.layout.stagingFile(uploadId), end);
  }

  publish(uploadId: string, key: BlobKey): Promise<void> {
    return translated(async () => {
      const staged = this.layout.stagingFile(uploadId);
      const { folders, file } = this.layout.blob(key);
      let parent = this.layout.blobs;
      for (const folder of folders) {
        await ensureFolder(folder, parent);
        parent = folder;
      }
      // Whole-file sync: the chunks' datasync covers the bytes, this the rest of the inode.
      await syncFile(staged);
      try {
        await link(staged, file);
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error;
        // Left by an attempt that died before its row was committed: these bytes have just been verified, those not.
        await unlink(file);
        await link(staged, file);
      }
      await syncFolder(parent);
    });
  }

  discard(uploadId: string): Promise<void> {
    this.digests.forget(uploadId);
    return translated(async () => {
      await removeIfThere(this.layout.stagingFile(uploadId));
      await syncFolder(this.layout.staging);
    });
  }

  staged(): Promise<string[]> {
    return translated(async () => (await readdir(this.layout.staging)).filter((name) => ID_PATTERN.test(name)));
  }

  size(key: BlobKey): Promise<number | null> {
    return translated(async () => {
      try {
        return (await stat(this.layout.blob(key).file)).size;
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw error;
        return null;
      }
    });
  }

  async read(key: BlobKey, range: ByteRange): Promise<Readable> {
    const file = await open(this.layout.blob(key).file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
      (error: unknown) => {
        throw readFault(error);
      },
    );
    // `end` of a read stream is inclusive. The stream closes the file when it ends or is destroyed.
    return file.createReadStream({ start: range.start, end: range.end - 1, highWaterMark: 256 * 1024 });
  }

  delete(key: BlobKey): Promise<void> {
    return translated(async () => {
      const { folders, file } = this.layout.blob(key);
      await removeIfThere(file);
      const shard = folders.at(-1);
      if (shard !== undefined) await syncFolder(shard);
    });
  }

  probe(): Promise<void> {
    return translated(async () => {
      await probeWriting(this.layout);
      const { bavail, bsize } = await statfs(this.layout.staging);
      if (bavail * bsize < LEAST_FREE_BYTES)
        throw new ProblemError('storage-full', 'There is no room for more chunks.');
    });
  }
}

function tooLong(target: ChunkTarget): ProblemError {
  return target.length === null
    ? new ProblemError('file-too-large', `A file can have ${target.maxLength} bytes at most.`)
    : new ProblemError('size-mismatch', `The chunk should have ${target.length} bytes but had more.`);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, WRITE);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Turns failed system calls into problems; everything else passes. */
async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw errnoOf(error) === null ? error : storageFault(error);
  }
}
