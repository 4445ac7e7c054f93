import type { Survival } from './survival.js';

/** The disk writes so many bytes at once or not at all. */
const PAGE = 4096;

/** A write that no sync has covered yet. */
export interface PendingWrite {
  readonly at: number;
  readonly bytes: Buffer;
  /** False while the call has not returned: then no sync that begins covers it. */
  returned: boolean;
}

const endOf = ({ at, bytes }: PendingWrite): number => at + bytes.length;

/** A file as the disk has it, and what the page cache holds above that. */
export class FileNode {
  private pending: PendingWrite[] = [];

  constructor(private durable: Buffer = Buffer.alloc(0)) {}

  /** Begins a write; whoever made it says when it has returned. */
  write(buffers: readonly Buffer[], at: number): PendingWrite {
    // A copy: the caller may use its buffers again.
    const write = { at, bytes: Buffer.concat(buffers), returned: false };
    this.pending.push(write);
    return write;
  }

  /** What a sync that begins now will have made durable when it ends. */
  beginSync(): readonly PendingWrite[] {
    return this.pending.filter(({ returned }) => returned);
  }

  /** Ends a sync. */
  endSync(covered: readonly PendingWrite[]): void {
    for (const write of covered) {
      if (!this.pending.includes(write)) continue;
      const size = Math.max(this.durable.length, endOf(write));
      this.durable = Buffer.concat([this.durable], size);
      write.bytes.copy(this.durable, write.at);
    }
    this.pending = this.pending.filter((write) => !covered.includes(write));
  }

  /** What a power cut leaves: its size and each page with some of the pending writes, whatever their order was. */
  afterCut(survival: Survival): Buffer {
    const sizes = this.pending.slice(0, survival.writes(this.pending.length)).map(endOf);
    const size = Math.max(this.durable.length, ...sizes);
    const left = Buffer.concat([this.durable], size);
    for (let start = 0; start < size; start += PAGE) {
      const end = Math.min(size, start + PAGE);
      const touching = this.pending.filter((write) => write.at < end && endOf(write) > start);
      for (const { at, bytes } of touching.slice(0, survival.writes(touching.length))) {
        const from = Math.max(start, at);
        bytes.copy(left, from, from - at, Math.min(end, at + bytes.length) - at);
      }
    }
    return left;
  }
}
