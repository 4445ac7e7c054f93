/** What is said while a backup or a restore runs. */

const EVERY = 5_000;

/** @param {number} count @param {string} [what] */
export const several = (count, what = 'file') => `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;

/** @param {number} since of performance.now() */
export const seconds = (since) => Math.round((performance.now() - since) / 100) / 10;

/**
 * Passes on a line now and then.
 * @param {(line: string) => void} log
 * @returns {(line: () => string) => void}
 */
export function nowAndThen(log) {
  let last = performance.now();
  return (line) => {
    if (performance.now() - last < EVERY) return;
    last = performance.now();
    log(line());
  };
}
