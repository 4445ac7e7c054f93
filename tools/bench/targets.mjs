/** What is aimed at, as ratios within one run: where we want to be first, and then. */
import { medianFigure, medianRatio } from './figures.mjs';

/** @typedef {import('./figures.mjs').Round} Round */

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {'at least' | 'at most'} bound
 * @property {number} first
 * @property {number} then
 * @property {string} [unit] none for ratios
 * @property {string} case
 * @property {(rounds: readonly Round[]) => number | undefined} figure undefined when it was not measured
 */

/**
 * @typedef {object} Verdict
 * @property {Target} target
 * @property {number | undefined} figure
 * @property {string} first `met`, or how far away it is
 * @property {string} then
 */

/**
 * @param {string} one
 * @param {string} other
 * @param {string} figure
 * @returns {Target['figure']}
 */
const ratio = (one, other, figure) => (rounds) => medianRatio(rounds, [one, other], figure);

/**
 * Against the better of two, so that nobody is compared with a weak one.
 * @param {string} one
 * @param {readonly [string, string]} others
 * @param {string} figure of which more is better
 * @returns {Target['figure']}
 */
const ratioToBest = (one, others, figure) => (rounds) => {
  const ratios = others.flatMap((other) => medianRatio(rounds, [one, other], figure) ?? []);
  return ratios.length === 0 ? undefined : Math.min(...ratios);
};

/**
 * @param {string} one
 * @param {string} figure
 * @returns {Target['figure']}
 */
const value = (one, figure) => (rounds) => medianFigure(rounds, one, figure);

/** @type {(first: number, then: number) => Pick<Target, 'bound' | 'first' | 'then'>} */
const atLeast = (first, then) => ({ bound: 'at least', first, then });
/** @type {(first: number, then: number) => Pick<Target, 'bound' | 'first' | 'then'>} */
const atMost = (first, then) => ({ bound: 'at most', first, then });

const large = { case: 'large-file' };

/** @type {readonly Target[]} */
export const TARGETS = [
  {
    ...{ name: 'Everything on, 4 streams: GB/s against nginx DAV PUT', ...atLeast(0.6, 0.9), ...large },
    figure: ratio('stowage-raw', 'nginx', 'gbPerSecond'),
  },
  {
    ...{ name: 'The same: CPU, with PostgreSQL, against nginx DAV PUT and SHA-256', ...atMost(1.15, 0.95), ...large },
    figure: ratio('stowage-raw', 'nginx-sha256', 'cpuPerGb'),
  },
  {
    ...{ name: 'The same: GB/s against @tus/server', ...atLeast(1.2, 1.8), ...large },
    figure: ratio('stowage-raw', 'tus', 'gbPerSecond'),
  },
  {
    ...{ name: 'The same: GB/s against the faster Nest + multer', ...atLeast(3, 4), ...large },
    figure: ratioToBest('stowage-raw', ['multer-append', 'multer-concatenate'], 'gbPerSecond'),
  },
  {
    ...{ name: "The same: GB/s against the tutorial's Flask", ...atLeast(2, 3), ...large },
    figure: ratio('stowage-raw', 'flask', 'gbPerSecond'),
  },
  {
    ...{ name: 'No syncs, hashes as always: CPU against tusd', ...atMost(0.95, 0.7), ...large },
    figure: ratio('stowage-nosync', 'tusd', 'apiCpuPerGb'),
  },
  {
    ...{ name: 'No syncs, hashes as always: GB/s against tusd, 1 stream', ...atLeast(1, 1.2), case: 'one-stream' },
    figure: ratio('stowage-nosync', 'tusd', 'gbPerSecond'),
  },
  {
    ...{ name: 'No syncs, hashes as always: GB/s against tusd, 4 streams', ...atLeast(0.65, 0.9), ...large },
    figure: ratio('stowage-nosync', 'tusd', 'gbPerSecond'),
  },
  {
    ...{ name: "Dropzone's form against raw PUT: CPU", ...atMost(1.25, 1.1), ...large },
    figure: ratio('stowage-form', 'stowage-raw', 'cpuPerGb'),
  },
  {
    ...{ name: 'Syncs on against off, 4 streams: GB/s', ...atLeast(0.75, 0.9), ...large },
    figure: ratio('stowage-raw', 'stowage-nosync', 'gbPerSecond'),
  },
  {
    ...{ name: 'p99 of a chunk of 5 MiB against nginx with the body in a file', ...atMost(2.5, 1.5), ...large },
    figure: ratio('stowage-raw', 'nginx-chunks', 'p99Ms'),
  },
  {
    ...{ name: 'Peak memory of the API, 1 stream', unit: 'MB', ...atMost(200, 150), case: 'one-stream' },
    figure: value('stowage-raw', 'peakMb'),
  },
  {
    ...{ name: 'Peak memory of the API, 16 streams', unit: 'MB', ...atMost(300, 200), case: 'sixteen-streams' },
    figure: value('stowage-raw', 'peakMb'),
  },
  {
    ...{
      name: 'Files of 16 KiB: CPU of one, with PostgreSQL, against @tus/server',
      ...atMost(0.6, 0.3),
      case: 'small-files',
    },
    figure: ratio('stowage-files', 'tus-files', 'cpuMicrosPerRequest'),
  },
  {
    ...{ name: 'Download: CPU against sendfile of nginx', ...atMost(3, 2), case: 'download' },
    figure: ratio('stowage-download', 'nginx-download', 'apiCpuPerGb'),
  },
  {
    ...{
      name: 'Very many chunks: time of the last tenth against the first',
      ...atMost(1.15, 1.05),
      case: 'many-chunks',
    },
    figure: value('stowage-raw', 'lastTenthToFirst'),
  },
];

/**
 * @param {Target['bound']} bound
 * @param {number} figure
 * @param {number} aim
 * @returns {string} `met`, or by what factor it is missed
 */
export function distance(bound, figure, aim) {
  if (bound === 'at least' ? figure >= aim : figure <= aim) return 'met';
  const factor = bound === 'at least' ? aim / figure : figure / aim;
  // Rounded away from the aim: what is missed by a hair is missed.
  return `missed ${(Math.ceil(factor * 100) / 100).toFixed(2)}×`;
}

/**
 * @param {Readonly<Record<string, { rounds: readonly Round[] }>>} cases results by the name of the case
 * @returns {readonly Verdict[]}
 */
export function judge(cases) {
  return TARGETS.map((target) => {
    const figure = target.figure(cases[target.case]?.rounds ?? []);
    if (figure === undefined) return { target, figure, first: 'not measured', then: 'not measured' };
    const { bound, first, then } = target;
    return { target, figure, first: distance(bound, figure, first), then: distance(bound, figure, then) };
  });
}
