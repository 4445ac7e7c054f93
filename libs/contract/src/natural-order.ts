import { nameKey } from './names.js';

/** A run of digits; zeros before it count for nothing. */
const DIGITS = /[0-9]+/gu;

/**
 * What the entries of a folder are sorted by, byte by byte: the key of the name, in which every number begins with how many
 * digits it has, so that `2` comes before `10` as people count. Of `7` and `007` neither comes first.
 */
export function sortKey(name: string): string {
  return nameKey(name).replace(DIGITS, (run) => {
    const digits = run.replace(/^0+/u, '');
    // A name has at most 255 digits.
    return String(digits.length).padStart(3, '0') + digits;
  });
}
