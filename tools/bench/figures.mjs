/** What is worked out of measurements. */

/**
 * @param {readonly number[]} values at least one
 * @returns {number} of an even number of values the mean of the two in the middle
 */
export function median(values) {
  if (values.length === 0) throw new Error('There is no median of nothing.');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * The smallest value that at least this share of them does not exceed.
 * @param {readonly number[]} values at least one
 * @param {number} share between 0 and 1
 */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.max(0, Math.ceil(share * sorted.length) - 1);
  const found = sorted[at];
  if (found === undefined) throw new Error('There is no percentile of nothing.');
  return found;
}

/** @typedef {Readonly<Record<string, Readonly<Record<string, number>>>>} Round figures of each contender */

/**
 * The median of a figure of one contender; undefined when it was never measured.
 * @param {readonly Round[]} rounds
 * @param {string} contender
 * @param {string} figure
 */
export function medianFigure(rounds, contender, figure) {
  const values = rounds.flatMap((round) => round[contender]?.[figure] ?? []);
  return values.length === 0 ? undefined : median(values);
}

/**
 * One contender against another: the ratio in each round, where both met the same moment of the machine, and of those the
 * median. Undefined when no round has both.
 * @param {readonly Round[]} rounds
 * @param {readonly [string, string]} contenders
 * @param {string} figure
 */
export function medianRatio(rounds, [one, other], figure) {
  const ratios = rounds.flatMap((round) => {
    const [above, below] = [round[one]?.[figure], round[other]?.[figure]];
    return above === undefined || below === undefined || below === 0 ? [] : above / below;
  });
  return ratios.length === 0 ? undefined : median(ratios);
}
