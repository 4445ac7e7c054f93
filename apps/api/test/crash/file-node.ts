import type { Survival } from './survival.js';

/** The disk writes so many bytes at once or not at all. */
const PAGE = 4096;

/** A write, or a cut to a size, that no sync has covered yet. */
export interface PendingChange {
  /** Where the bytes go; the size that is left of the file. */
  readonly at: number;
  /** Null for a cut. */
  readonly bytes: Buffer | null;
  /** False while the call has not returned: then no sync that begins covers it. */
  returned: boolean;
}

/** The size that a file has after a change. */
function sizeAfter(size: number, { at, bytes }: PendingChange): number {
  return bytes === null ? Math.min(size, at) : Math.max(size, at + bytes.length);
}

/** Does to the bytes from `start` to `end` of a file what a change does to them. */
function apply(file: Buffer, { at, bytes }: PendingChange, start: number, end: number): void {
  const from = Math.max(start, at);
  if (from >= end) return;
  if (bytes === null) file.fill(0, from, end);
  else bytes.copy(file, from, from - at, Math.min(end, at + bytes.length) - at);
}

function touches({ at, bytes }: PendingChange, start: number, end: number): boolean {
  return at < end && (bytes === null || at + bytes.length > start);
}

/** A file as the disk has it, and what the page cache holds above that. */
export class FileNode {
  private pending: PendingChange[] = [];

  constructor(private durable: Buffer = Buffer.alloc(0)) {}

  /** Begins a write; whoever made it says when it has returned. */
  write(buffers: readonly Buffer[], at: number): PendingChange {
    // A copy: the caller may use its buffers again.
    return this.begin({ at, bytes: Buffer.concat(buffers), returned: false });
  }

  /** Begins to cut the file to a size. */
  truncate(size: number): PendingChange {
    return this.begin({ at: size, bytes: null, returned: false });
  }

  private begin(change: PendingChange): PendingChange {
    this.pending.push(change);
    return change;
  }

  /** What a sync that begins now will have made durable when it ends. */
  beginSync(): readonly PendingChange[] {
    return this.pending.filter(({ returned }) => returned);
  }

  /** Ends a sync. */
  endSync(covered: readonly PendingChange[]): void {
    for (const change of covered) {
      if (!this.pending.includes(change)) continue;
      const size = sizeAfter(this.durable.length, change);
      this.durable = Buffer.concat([this.durable], size);
      apply(this.durable, change, 0, size);
    }
    this.pending = this.pending.filter((change) => !covered.includes(change));
  }

  /** What a power cut leaves: its size and each page with some of the pending changes, whatever their order was. */
  afterCut(survival: Survival): Buffer {
    const resized = this.pending.slice(0, survival.writes(this.pending.length));
    const size = resized.reduce(sizeAfter, this.durable.length);
    const left = Buffer.concat([this.durable], size);
    for (let start = 0; start < size; start += PAGE) {
      const end = Math.min(size, start + PAGE);
      const touching = this.pending.filter((change) => touches(change, start, end));
      for (const change of touching.slice(0, survival.writes(touching.length))) apply(left, change, start, end);
    }
    return left;
  }
}
