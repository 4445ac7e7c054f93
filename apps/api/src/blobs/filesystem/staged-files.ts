import { constants } from 'node:fs';
import { type CondemnedFiles } from './condemned-files.js';
import { FILE_MODE, writeAll } from './durable-files.js';
import type { FileSystem, OpenFile } from './file-system.js';
import { SharedSync } from './shared-sync.js';
import { isRefusedWrite } from './storage-faults.js';
import type { StorageLayout } from './storage-layout.js';
import type { SyncHealth } from './sync-health.js';

const WRITE = constants.O_WRONLY | constants.O_NOFOLLOW;

/** A staging file as one of its writers sees it. */
export interface StagedFile {
  /** @throws CondemnedBytes; a system error when the disk has refused the bytes and the file is as it was */
  write(buffers: readonly Buffer[], position: number): Promise<void>;
  /** Makes durable what has been written; shared with who else waits. @throws CondemnedBytes */
  sync(): Promise<void>;
  /** Lets go of it, once. The last one closes the file. @throws CondemnedBytes */
  leave(): Promise<void>;
}

interface Shared {
  readonly file: Promise<OpenFile>;
  readonly syncs: SharedSync;
  writers: number;
}

/**
 * Staging files that requests write to: all who write to one share its handle, opened once and closed when the last one
 * leaves, and its syncs.
 */
export class StagedFiles {
  private readonly open = new Map<string, Shared>();

  constructor(
    private readonly layout: StorageLayout,
    private readonly files: FileSystem,
    private readonly condemned: CondemnedFiles,
    private readonly health: SyncHealth,
  ) {}

  /**
   * Opens a staging file, or joins those who have it open.
   * @param create makes it when it is missing
   * @throws CondemnedBytes; the system error of a file that cannot be opened
   */
  async join(uploadId: string, create: boolean): Promise<StagedFile> {
    this.condemned.refuse(uploadId);
    const shared = this.open.get(uploadId) ?? this.begin(uploadId, create);
    shared.writers++;
    try {
      const file = await shared.file;
      return {
        write: (buffers, position) => this.write(uploadId, file, buffers, position),
        sync: async () => {
          this.condemned.refuse(uploadId);
          await shared.syncs.done();
        },
        leave: () => this.leave(uploadId, shared),
      };
    } catch (error) {
      await this.leave(uploadId, shared);
      throw error;
    }
  }

  private begin(uploadId: string, create: boolean): Shared {
    const flags = create ? WRITE | constants.O_CREAT : WRITE;
    const file = this.files.open(this.layout.stagingFile(uploadId), flags, FILE_MODE);
    // Condemned before anyone is let go, so that nobody can come in between and sync once more.
    const syncs = new SharedSync(() =>
      this.condemned.orCondemn(uploadId, async () => {
        const opened = await file;
        await this.health.counted(() => opened.datasync());
      }),
    );
    const shared = { file, syncs, writers: 0 };
    this.open.set(uploadId, shared);
    return shared;
  }

  private async write(uploadId: string, file: OpenFile, buffers: readonly Buffer[], position: number): Promise<void> {
    this.condemned.refuse(uploadId);
    try {
      await writeAll(file, buffers, position);
    } catch (error) {
      throw isRefusedWrite(error) ? error : this.condemned.condemn(uploadId, error);
    }
  }

  private async leave(uploadId: string, shared: Shared): Promise<void> {
    shared.writers--;
    if (shared.writers > 0) return;
    if (this.open.get(uploadId) === shared) this.open.delete(uploadId);
    const file = await shared.file.catch(() => null);
    // A close can bring the news of bytes that were lost.
    await file?.close().catch((error: unknown) => {
      throw this.condemned.condemn(uploadId, error);
    });
  }

  /** Syncs the whole of a file that nobody writes to. @throws CondemnedBytes */
  async seal(uploadId: string): Promise<void> {
    this.condemned.refuse(uploadId);
    const file = await this.files.open(this.layout.stagingFile(uploadId), WRITE);
    await this.condemned.orCondemn(uploadId, async () => {
      try {
        await this.health.counted(() => file.sync());
      } finally {
        await file.close();
      }
    });
  }

  /** Says that a file is about to be removed: who comes next makes another. Who still writes does so to nobody's file. */
  forget(uploadId: string): void {
    this.open.delete(uploadId);
    this.condemned.forget(uploadId);
  }
}
