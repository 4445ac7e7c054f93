/** How much was wrong, by kind. */
export interface Tally {
  /** Acknowledged bytes, or files, that are not there any more. */
  readonly lost: number;
  /** Files that can be seen with other bytes than were sent. */
  readonly partial: number;
  /** Bytes without a row, rows without a reason, leases that nobody holds. */
  readonly orphans: number;
  /** Everything else: figures that have drifted, files made twice, deleted ones that are back. */
  readonly otherFaults: number;
}

/** In the words of the oracle and of the count. */
const KINDS: readonly (readonly [Exclude<keyof Tally, 'otherFaults'>, RegExp])[] = [
  ['lost', /\bfell from\b|\bis gone \(|\blost the acknowledged\b|nobody asked for it|where \d+ are recorded/u],
  ['partial', /\bother bytes\b|^blobs\/.* has .* bytes, not /u],
  ['orphans', /belongs to no|is left$|still has chunks|is claimed by an upload/u],
];

/** Sorts what the oracle and the count have found: none of their sentences is left out. */
export function tally(sentences: readonly string[]): Tally {
  const sum = { lost: 0, partial: 0, orphans: 0, otherFaults: 0 };
  for (const sentence of sentences) {
    const [kind] = KINDS.find(([, words]) => words.test(sentence)) ?? ['otherFaults' as const];
    sum[kind] += 1;
  }
  return sum;
}
