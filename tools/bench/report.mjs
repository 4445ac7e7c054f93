/** The tables of a run. */
import { CONTENDERS } from './contenders.mjs';
import { medianFigure } from './figures.mjs';
import { readable } from './table.mjs';
import { judge } from './targets.mjs';

/** @typedef {import('./figures.mjs').Round} Round */
/** @typedef {import('./table.mjs').Table} Table */

/**
 * @typedef {object} CaseResult
 * @property {string} title
 * @property {string} takenAt ISO
 * @property {string} commit
 * @property {number} busyBefore the machine's load before it: more than a few tenths means that others were at work
 * @property {{ bytes: number, chunk: number, streams: number }} amount
 * @property {readonly Round[]} rounds
 * @property {Readonly<Record<string, string>>} missing contenders that could not be measured, and why
 */

/**
 * @typedef {object} Machine
 * @property {string} processor
 * @property {number} cores
 * @property {number} memoryGib
 * @property {string} kernel
 * @property {string} fileSystem
 * @property {string} node
 */

/** @typedef {{ machine: Machine, cases: Record<string, CaseResult>, profile?: import('./profile.mjs').Profile }} Results */

/** @type {Readonly<Record<string, string>>} */
const OTHER_TITLES = {
  disk: 'dd conv=fsync, no server',
  'stowage-client': 'Stowage and its own client',
  'tus-client': 'tus-js-client and @tus/server',
  curl: 'curl -T and nginx DAV PUT, from the start after each cut',
};

/** @param {string} name */
export const titleOf = (name) =>
  OTHER_TITLES[name] ?? CONTENDERS[/** @type {import('./contenders.mjs').ContenderName} */ (name)]?.title ?? name;

/** @type {readonly (readonly [string, string])[]} what a column is called, and the figure in it */
const COLUMNS = [
  ['GB/s', 'gbPerSecond'],
  ['requests/s', 'requestsPerSecond'],
  ['s', 'seconds'],
  ['CPU-s/GB', 'cpuPerGb'],
  ['of it without the database', 'apiCpuPerGb'],
  ['of nginx as proxy', 'proxyCpuPerGb'],
  ['CPU µs a request', 'cpuMicrosPerRequest'],
  ['CPU-s/GB of the client', 'clientCpuPerGb'],
  ['p50 ms', 'p50Ms'],
  ['p99 ms', 'p99Ms'],
  ['peak MB', 'peakMb'],
  ['event loop late, p99 ms', 'lagP99Ms'],
  ['last tenth to first', 'lastTenthToFirst'],
  ['downloadable after ms, p50', 'downloadableP50Ms'],
  ['p99', 'downloadableP99Ms'],
  ["last chunk's answer later by ms, p50", 'lastChunkExtraP50Ms'],
  ['p99', 'lastChunkExtraP99Ms'],
  ['connections', 'connections'],
  ['cut', 'cuts'],
];

/** Figures that say nothing of some amounts. */
const HIDDEN_OF_SMALL = ['gbPerSecond', 'cpuPerGb', 'apiCpuPerGb', 'clientCpuPerGb'];
const HIDDEN_OF_LARGE = ['requestsPerSecond', 'cpuMicrosPerRequest'];
const SMALL = 256 * 1024;

/**
 * Medians of one case.
 * @param {CaseResult} result
 * @returns {Table}
 */
export function caseTable({ rounds, missing, amount }) {
  const names = [...new Set(rounds.flatMap((round) => Object.keys(round)))];
  const hidden = amount.chunk < SMALL ? HIDDEN_OF_SMALL : HIDDEN_OF_LARGE;
  const columns = COLUMNS.filter(
    ([, figure]) => !hidden.includes(figure) && names.some((name) => medianFigure(rounds, name, figure) !== undefined),
  );
  return {
    head: ['', ...columns.map(([head]) => head)],
    rows: [
      ...names.map((name) => [
        titleOf(name),
        ...columns.map(([, figure]) => readable(medianFigure(rounds, name, figure))),
      ]),
      ...Object.entries(missing).map(([name, why]) => [`${titleOf(name)}: ${why}`, ...columns.map(() => '')]),
    ],
  };
}

/**
 * @param {Readonly<Record<string, CaseResult>>} cases
 * @returns {Table}
 */
export function targetTable(cases) {
  const sign = { 'at least': '≥', 'at most': '≤' };
  return {
    head: ['target', 'measured', 'first', '', 'then', ''],
    rows: judge(cases).map(({ target: { name, bound, first, then, unit = '' }, figure, ...verdict }) => [
      name,
      figure === undefined ? '–' : `${readable(figure)} ${unit}`.trimEnd(),
      `${sign[bound]} ${first} ${unit}`.trimEnd(),
      verdict.first,
      `${sign[bound]} ${then} ${unit}`.trimEnd(),
      verdict.then,
    ]),
  };
}

/**
 * @param {import('./profile.mjs').Profile} profile
 * @returns {Table}
 */
export function profileTable(profile) {
  const { main, digest, threads, database } = profile;
  /** @type {readonly (readonly [string, number])[]} */
  const parts = [
    ['first thread: our own code', main.own],
    ['first thread: packages', main.package],
    ['first thread: the JavaScript of Node.js (HTTP, streams, timers)', main.node],
    ['first thread: native code (system calls, receiving) and the collector', main.native],
    ['the thread that hashes', digest],
    ['threads that write and sync, and those of V8', threads],
    ['PostgreSQL', database],
  ];
  const all = parts.reduce((sum, [, seconds]) => sum + seconds, 0);
  return {
    head: ['', 'CPU-s/GB', 'share'],
    rows: parts.map(([what, seconds]) => [what, seconds.toFixed(2), `${Math.round((100 * seconds) / all)} %`]),
  };
}
