import type { Capacity, FileSystem } from './file-system.js';
import { storageFull } from './storage-faults.js';

/** What is kept free on the volume, so that what is held can still be completed, and others have room as well. */
export interface Reserve {
  readonly freeBytes: number;
  readonly freeInodes: number;
}

const FRESH_MS = 1_000;

interface Measurement {
  readonly at: number;
  readonly capacity: Promise<Capacity>;
}

/** Whether the volume has room, asked at most once a second for all who want to know. */
export class FreeRoom {
  private last: Measurement | null = null;

  /**
   * @param folder any folder of the volume
   * @param now monotonic milliseconds
   */
  constructor(
    private readonly files: FileSystem,
    private readonly folder: string,
    private readonly reserve: Reserve,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws ProblemError storage-full below the reserve; a system error when the volume cannot be asked */
  async check(): Promise<void> {
    const { bavail, bsize, files, ffree } = await this.measured();
    if (bavail * bsize < this.reserve.freeBytes) throw storageFull('The disk has too little free space for uploads.');
    // Some file systems make inodes as they need them, and count none.
    if (files > 0 && ffree < this.reserve.freeInodes) throw storageFull('The disk can hold too few more files.');
  }

  private async measured(): Promise<Capacity> {
    if (this.last === null || this.now() - this.last.at >= FRESH_MS) {
      this.last = { at: this.now(), capacity: this.files.statfs(this.folder) };
    }
    const { last } = this;
    try {
      return await last.capacity;
    } catch (error) {
      if (this.last === last) this.last = null;
      throw error;
    }
  }

  /** Says that something was removed: the next who asks gets a new answer. */
  changed(): void {
    this.last = null;
  }
}
