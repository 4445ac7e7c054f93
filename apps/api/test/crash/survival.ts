import type { Random } from '../random.js';

/** How much of what was never synced outlives a power cut, in percent. */
const SHARES = [0, 50, 100] as const;

/** Decides what a power cut leaves of what was not synced; bytes and names have fates of their own. */
export class Survival {
  private readonly bytes: number;
  private readonly names: number;

  constructor(private readonly random: Random) {
    this.bytes = random.pick(SHARES);
    this.names = random.pick(SHARES);
  }

  /** How many of so many writes to one page, in order, have reached the disk. */
  writes(count: number): number {
    return this.some(count, this.bytes);
  }

  /** How many of so many changes of one name, in order, have reached the disk. */
  changes(count: number): number {
    return this.some(count, this.names);
  }

  private some(count: number, percent: number): number {
    if (percent === 0 || percent === 100) return (count * percent) / 100;
    return this.random.integer(count + 1);
  }
}
