import type { ByteRange } from '@stowage/contract';

/** Ranges to hash, and where the next ones begin. */
export interface DigestWindows {
  readonly windows: readonly ByteRange[];
  /** Null when nothing is held beyond the windows. */
  readonly next: number | null;
}

/** How large windows are, and how many. */
export interface WindowLimits {
  /** Bytes of a window at most. */
  readonly bytes: number;
  readonly count: number;
}

/**
 * Cuts what is held into windows, in order.
 * @param ranges held, in order; they may touch
 * @param from nothing before it counts
 * @param more true when more may be held than the ranges say
 */
export function digestWindows(
  ranges: readonly ByteRange[],
  from: number,
  more: boolean,
  limits: WindowLimits,
): DigestWindows {
  const windows: { start: number; end: number }[] = [];
  for (const range of ranges) {
    for (let at = Math.max(range.start, from); at < range.end;) {
      const last = windows.at(-1);
      const room = last?.end === at ? limits.bytes - (last.end - last.start) : 0;
      if (last !== undefined && room > 0) at = last.end = Math.min(range.end, at + room);
      else if (windows.length === limits.count) return { windows, next: at };
      else windows.push({ start: at, end: at });
      // A new window touches `at` and has room: the next turn fills it.
    }
  }
  return { windows, next: more ? (windows.at(-1)?.end ?? null) : null };
}
