import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { apply, readWriteLog } from '../../../../tools/proof/rig/write-log.mjs';
import type { Random } from '../../support/random.js';
import type { Moment } from './past-promises.js';

/** A mark that was written into the log: what had been answered when it was asked for lies before it. */
export interface Mark {
  readonly name: string;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** A state that the medium may have been left in by a loss of power. */
export interface Point {
  /** Entries of the log that were on the medium. */
  readonly durable: number;
  /** Entries behind these that the disk had in its volatile cache: any of them may have got there as well. */
  readonly cached: number;
}

/** Copies an image without its holes. */
export function copySparse(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['--sparse=always', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** Disks that a disk once was: an image from before, and everything that was written since. */
export class RecordedDisk {
  private readonly file: number;
  private readonly entries: ReturnType<typeof readWriteLog>;
  private applied = 0;

  /**
   * @param image as it was before; goes forward with the points
   * @param marks in the order of their making
   */
  constructor(
    private readonly image: string,
    log: string,
    private readonly marks: readonly Mark[],
  ) {
    this.file = openSync(log, 'r');
    this.entries = readWriteLog(this.file);
  }

  /** Everything from the first mark to the last: after each flush, and between. */
  get points(): Point[] {
    const durable = this.entries.flatMap(({ isDurable }, index) => (isDurable ? [index + 1] : []));
    const names = new Set(this.marks.map(({ name }) => name));
    const marked = this.entries.flatMap(({ mark }, index) => (mark !== null && names.has(mark) ? [index + 1] : []));
    const [first = Infinity, last = 0] = [marked[0], marked.at(-1)];
    return durable
      .filter((entry) => entry >= first && entry <= last)
      .map((entry) => {
        // The next flush or durable write is not sure to have happened.
        const next = this.entries.findIndex(({ isDurable }, index) => index >= entry && isDurable);
        return { durable: entry, cached: next < 0 ? 0 : next - entry };
      });
  }

  get size(): { readonly entries: number; readonly bytes: number; readonly marks: number } {
    const bytes = this.entries.reduce(
      (sum, { mark, isDiscard, length }) => sum + (mark === null && !isDiscard ? length : 0),
      0,
    );
    return { entries: this.entries.length, bytes, marks: this.entries.filter(({ mark }) => mark !== null).length };
  }

  /** What the clients knew, and may have asked for, when the medium was in that state. */
  momentOf({ durable, cached }: Point): Moment {
    const at = (entry: number) => this.entries[entry]?.mark ?? null;
    const find = (name: string | null) => this.marks.find((mark) => mark.name === name);
    // A mark before the next flush as well: what was answered by then can only have relied upon what was durable here.
    let before: Mark | undefined;
    for (let entry = durable + cached - 1; entry >= 0 && before === undefined; entry--) before = find(at(entry));
    let after: Mark | undefined;
    for (let entry = durable + cached; entry < this.entries.length && after === undefined; entry++)
      after = find(at(entry));
    return { promised: before?.askedAt ?? 0, asked: after?.answeredAt ?? Infinity };
  }

  /**
   * Makes the disk as it was at a point that is not before the last one.
   * @param target a new image
   * @param random of what was in the cache: each piece got to the medium, or did not; nothing did without it
   */
  copyAt({ durable, cached }: Point, target: string, random: Random | null): void {
    const image = openSync(this.image, 'r+');
    for (; this.applied < durable; this.applied++) {
      const entry = this.entries[this.applied];
      if (entry !== undefined) apply(this.file, image, entry);
    }
    closeSync(image);
    copySparse(this.image, target);
    if (random === null) return;
    const copy = openSync(target, 'r+');
    for (const entry of this.entries.slice(durable, durable + cached)) {
      apply(this.file, copy, entry, () => random.integer(2) === 0);
    }
    closeSync(copy);
  }

  close(): void {
    closeSync(this.file);
  }
}
