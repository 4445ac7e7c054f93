import { Random } from '../../support/random.js';

/** Choices of one case: the same for the same seed and label. */
export class Draws {
  private readonly random: Random;
  /** Drawn ahead: a case wants a hundred small numbers. */
  private ahead: Buffer = Buffer.alloc(0);

  constructor(label: string) {
    this.random = new Random(label);
  }

  /** From 0 up to, and without, `end`; 0 when there is nothing to choose from. */
  below(end: number): number {
    if (end <= 1) return 0;
    if (this.ahead.length === 0) this.ahead = this.random.bytes(100 * 6);
    const number = this.ahead.readUIntLE(0, 6) % end;
    this.ahead = this.ahead.subarray(6);
    return number;
  }

  /** True so many times of a hundred. */
  percent(share: number): boolean {
    return this.below(100) < share;
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  bytes(length: number): Buffer {
    return this.random.bytes(length);
  }

  /** A run within so many bytes, mostly a short one. */
  run(length: number): readonly [from: number, to: number] {
    const from = this.below(length + 1);
    const most = this.percent(80) ? 40 : length;
    return [from, Math.min(length, from + this.below(most + 1))];
  }
}
