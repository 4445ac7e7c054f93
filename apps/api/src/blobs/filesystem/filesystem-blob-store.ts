import type { Readable } from 'node:stream';
import { ID_PATTERN, type ByteRange } from '@stowage/contract';
import { ProblemError } from '../../platform/http/problem-error.js';
import {
  type BlobKey,
  type BlobStore,
  type ChunkTarget,
  type Content,
  type MeasuredBlob,
  MissingBytes,
  type Pace,
} from '../blob-store.js';
import { pacedDigest } from './blob-digest.js';
import { blobKeys } from './blob-keys.js';
import { CondemnedFiles } from './condemned-files.js';
import type { DigestFollower } from './digest-follower.js';
import { cutTo, ifThere, probeWriting } from './durable-files.js';
import { DurableFolders } from './durable-folders.js';
import { DISK, type FileSystem } from './file-system.js';
import { FolderSyncs } from './folder-syncs.js';
import { FreeRoom, type Reserve } from './free-room.js';
import { Quarantine } from './quarantine.js';
import { StagedFiles, type StagedFile } from './staged-files.js';
import { errnoOf, isBeforeSync, isPassing, readFault, storageFault } from './storage-faults.js';
import type { StorageLayout } from './storage-layout.js';
import { SyncHealth } from './sync-health.js';

/**
 * Bytes on a local file system. One sparse staging file an upload, each chunk written at its final offset; completion
 * gives that file a second name made from its content's hash, so nothing is ever copied.
 *
 * Needs: one file system for the whole data folder (`link` does not cross), owned by this process; modes 0600 and 0700.
 */
export class FilesystemBlobStore implements BlobStore {
  private readonly health = new SyncHealth();
  private readonly condemned = new CondemnedFiles();
  private readonly stagedFiles: StagedFiles;
  private readonly folders: FolderSyncs;
  private readonly blobFolders: DurableFolders;
  private readonly room: FreeRoom;
  private readonly quarantine: Quarantine;

  constructor(
    private readonly layout: StorageLayout,
    private readonly digests: DigestFollower,
    reserve: Reserve,
    private readonly files: FileSystem = DISK,
  ) {
    this.stagedFiles = new StagedFiles(layout, files, this.condemned, this.health);
    this.folders = new FolderSyncs(files, this.health);
    this.blobFolders = new DurableFolders(files, this.folders);
    this.quarantine = new Quarantine(layout, files, this.folders);
    this.room = new FreeRoom(files, layout.staging, reserve);
  }

  checkRoom(): Promise<void> {
    return translated(() => this.room.check());
  }

  async writeChunk(target: ChunkTarget, content: Content): Promise<number> {
    this.condemned.refuse(target.uploadId);
    await this.checkRoom();
    const file = await translated(() => this.openStaging(target));
    try {
      const written = await this.receive(file, target, content);
      await file.sync();
      // Until something is recorded any of the parallel first chunks may have made the name: each syncs it.
      if (target.first) await this.syncName(target.uploadId);
      return written;
    } finally {
      await file.leave();
    }
  }

  private async syncName(uploadId: string): Promise<void> {
    this.condemned.refuse(uploadId);
    try {
      await this.folders.sync(this.layout.staging);
    } catch (error) {
      // Of a volume that is away nothing has been lost: it may come back, and whoever repeats the bytes syncs the name.
      if (isBeforeSync(error)) throw storageFault(error);
      throw this.condemned.condemn(uploadId, error);
    }
  }

  private async receive(file: StagedFile, target: ChunkTarget, content: Content): Promise<number> {
    let written = 0;
    for await (const batch of content) {
      const bytes = batch.reduce((sum, buffer) => sum + buffer.length, 0);
      if (written + bytes > target.maxLength) {
        throw new ProblemError('file-too-large', `No more than ${target.maxLength} bytes were to come.`);
      }
      const at = target.offset + written;
      await translated(() => file.write(batch, at));
      written += bytes;
    }
    return written;
  }

  private async openStaging(target: ChunkTarget): Promise<StagedFile> {
    try {
      return await this.stagedFiles.join(target.uploadId, target.first);
    } catch (error) {
      if (target.first) throw error;
      throw await this.lossOr(error);
    }
  }

  /** The folder being away is a fault of the volume, which may come back; the file alone being away is a loss. */
  private async lossOr(error: unknown): Promise<unknown> {
    if (errnoOf(error) !== 'ENOENT') return error;
    await this.files.stat(this.layout.staging);
    return new MissingBytes('The staging file is gone.', { cause: error });
  }

  digest(uploadId: string, length: number): Promise<string> {
    return this.ofStaged(uploadId, (path) => this.digests.finish(uploadId, path, length));
  }

  hashStaged(uploadId: string, range: ByteRange): Promise<string> {
    return this.ofStaged(uploadId, (path) => this.digests.part(path, range));
  }

  head(uploadId: string, length: number): Promise<Uint8Array> {
    return this.ofStaged(uploadId, async (path) => {
      if (length === 0) return new Uint8Array();
      const parts: Buffer[] = [];
      for await (const part of await this.files.read(path, { start: 0, end: length })) parts.push(part as Buffer);
      const head = Buffer.concat(parts);
      if (head.length < length) throw new MissingBytes('The staging file is shorter than recorded.');
      return head;
    });
  }

  private ofStaged<T>(uploadId: string, read: (path: string) => Promise<T>): Promise<T> {
    return translated(async () => {
      this.condemned.refuse(uploadId);
      try {
        return await read(this.layout.stagingFile(uploadId));
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
      // Whole-file sync: the chunks' datasync covers the bytes, this the rest of the inode.
      await this.stagedFiles.seal(uploadId);
      await this.blobFolders.within(this.layout.blobs, folders, async (folder) => {
        await this.linkAnew(staged, file);
        await this.folders.sync(folder);
      });
    });
  }

  private async linkAnew(staged: string, file: string): Promise<void> {
    try {
      await this.files.link(staged, file);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      // Left by an attempt that died before its row was committed: these bytes have just been verified, those not.
      await this.files.unlink(file);
      await this.files.link(staged, file);
    }
  }

  discard(uploadId: string): Promise<void> {
    this.digests.forget(uploadId);
    this.stagedFiles.forget(uploadId);
    return translated(async () => {
      await ifThere(this.files.unlink(this.layout.stagingFile(uploadId)));
      this.room.changed();
      await this.folders.sync(this.layout.staging);
    });
  }

  trim(uploadId: string, end: number): Promise<void> {
    return translated(async () => {
      const path = this.layout.stagingFile(uploadId);
      try {
        const { size } = await this.files.stat(path);
        if (size < end) throw new MissingBytes('The staging file is shorter than recorded.');
        if (size > end) await cutTo(this.files, path, end);
      } catch (error) {
        throw await this.lossOr(error);
      }
    });
  }

  async setAside(uploadId: string, at: Date): Promise<void> {
    const [path, aside] = [this.layout.stagingFile(uploadId), this.layout.asideFile(uploadId, at)];
    await translated(() => this.quarantine.add(path, aside));
    await this.discard(uploadId);
  }

  async setBlobAside(key: BlobKey, at: Date): Promise<void> {
    await translated(() => this.quarantine.add(this.layout.blob(key).file, this.layout.asideBlob(key, at)));
    await this.delete(key);
  }

  removeAside(before: Date): Promise<number> {
    return translated(() => this.quarantine.removeBefore(before));
  }

  keys(): AsyncIterable<readonly BlobKey[]> {
    return blobKeys(this.files, this.layout.blobs);
  }

  staged(): Promise<string[]> {
    return translated(async () =>
      (await this.files.readdir(this.layout.staging)).filter((name) => ID_PATTERN.test(name)),
    );
  }

  size(key: BlobKey): Promise<number | null> {
    return translated(() => this.statBlob(key));
  }

  private async statBlob(key: BlobKey): Promise<number | null> {
    try {
      return (await this.files.stat(this.layout.blob(key).file)).size;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      return null;
    }
  }

  async hash(key: BlobKey, pace: Pace): Promise<MeasuredBlob | null> {
    const measured = await this.measure(key, pace);
    // The folder being away is a fault of the volume, which may come back.
    if (measured === null) await translated(() => this.files.stat(this.layout.blobs));
    return measured;
  }

  private async measure(key: BlobKey, pace: Pace): Promise<MeasuredBlob | null> {
    try {
      const size = await this.statBlob(key);
      if (size === null) return null;
      return { size, sha256: await pacedDigest(this.digests, this.layout.blob(key).file, size, pace) };
    } catch (error) {
      // It shrank or went while it was read: what is there now is what counts.
      if (error instanceof MissingBytes || errnoOf(error) === 'ENOENT') return this.measure(key, pace);
      throw errnoOf(error) === null ? error : await this.unreadableOr(error);
    }
  }

  /** What is wrong with one file says nothing of the others; with the process or the volume, it says nothing of the file. */
  private async unreadableOr(error: unknown): Promise<ProblemError> {
    if (isPassing(error)) return storageFault(error);
    const isThere = await this.files.stat(this.layout.blobs).then(
      () => true,
      () => false,
    );
    return isThere ? readFault(error) : storageFault(error);
  }

  async read(key: BlobKey, range: ByteRange): Promise<Readable> {
    try {
      return await this.files.read(this.layout.blob(key).file, range);
    } catch (error) {
      throw readFault(error);
    }
  }

  delete(key: BlobKey): Promise<void> {
    return translated(async () => {
      const { folders, file } = this.layout.blob(key);
      await ifThere(this.files.unlink(file));
      this.room.changed();
      const shard = folders.at(-1);
      // Without a shard there was no blob.
      if (shard !== undefined) await ifThere(this.folders.sync(shard));
    });
  }

  probe(): Promise<void> {
    return translated(async () => {
      const { suspect } = this.health;
      await this.health.counted(() => probeWriting(this.files, this.layout));
      // This sync has succeeded, which clears the suspicion; but somebody should hear of it once.
      if (suspect) throw new ProblemError('storage-failed', 'Several syncs in a row have failed.');
      await this.room.check();
    });
  }
}

/** Turns failed system calls into problems; everything else passes. */
async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ProblemError || errnoOf(error) === null ? error : storageFault(error);
  }
}
