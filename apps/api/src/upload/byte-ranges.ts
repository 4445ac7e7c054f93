import type { ByteRange } from '@stowage/contract';

/** Which bytes are held: ranges that touch are one, so bytes that come in order are a single range. */
export class ByteRanges {
  /** In order, apart from each other. */
  private readonly ranges: ByteRange[] = [];

  /** Adds bytes; those already held are no harm. */
  add(start: number, end: number): void {
    if (start >= end) return;
    // First range that reaches start, and the first one beyond end.
    const from = this.firstWhere((range) => range.end >= start);
    const to = this.firstWhere((range) => range.start > end);
    const first = this.ranges[from];
    const last = this.ranges[to - 1];
    const merged =
      from < to && first !== undefined && last !== undefined
        ? { start: Math.min(start, first.start), end: Math.max(end, last.end) }
        : { start, end };
    this.ranges.splice(from, to - from, merged);
  }

  /** End of the run of bytes held from 0. */
  get contiguousEnd(): number {
    const first = this.ranges[0];
    return first?.start === 0 ? first.end : 0;
  }

  /** End of the last byte held. */
  get end(): number {
    return this.ranges.at(-1)?.end ?? 0;
  }

  /** What is not held of the first `length` bytes, in order. */
  gaps(length: number): ByteRange[] {
    const gaps: ByteRange[] = [];
    let at = 0;
    for (const range of this.ranges) {
      if (range.start >= length) break;
      if (range.start > at) gaps.push({ start: at, end: range.start });
      at = range.end;
    }
    if (at < length) gaps.push({ start: at, end: length });
    return gaps;
  }

  /** Index of the first range for which a condition that stays true from then on is true. */
  private firstWhere(condition: (range: ByteRange) => boolean): number {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const range = this.ranges[middle];
      if (range !== undefined && condition(range)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
