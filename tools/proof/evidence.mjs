/** What runs of the proof have shown: a line for each in docs/evidence/prove.jsonl, and what they add up to. */
import fs from 'node:fs';
import path from 'node:path';

/** @typedef {Record<string, number>} Counts */

/**
 * @typedef {object} CampaignResult
 * @property {string} name
 * @property {'passed' | 'failed' | 'skipped' | 'stopped'} verdict
 * @property {string} [reason] of a skip or a failure
 * @property {string} seed
 * @property {number} seconds
 * @property {Counts} counts
 */

/**
 * @typedef {object} Run
 * @property {string} time when it began, ISO 8601
 * @property {string} profile
 * @property {string} seed of the run: those of the campaigns come from it
 * @property {Record<string, string>} [set] sizes that were others than the profile's
 * @property {string | null} commit
 * @property {boolean | null} dirty whether the tree had changes besides the commit
 * @property {string} engine see `engineOf`
 * @property {string} node
 * @property {number} cpus
 * @property {number} seconds
 * @property {'passed' | 'failed' | 'incomplete' | 'stopped'} verdict incomplete: none failed, but some were skipped
 * @property {CampaignResult[]} campaigns
 */

/** The file in a workspace. */
export const EVIDENCE = path.join('docs', 'evidence', 'prove.jsonl');

/** Counts of what must not be: a run with one of them has failed, whatever its tests say. */
export const WRONGS = ['lost', 'partial', 'orphans', 'otherFaults'];

/**
 * @param {string} file
 * @param {Run} run
 */
export function append(file, run) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.appendFileSync(file, `${JSON.stringify(run)}\n`, { flush: true });
}

/**
 * @param {string} file
 * @returns {Run[]} none when there is no file yet
 */
export function readRuns(file) {
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/**
 * Figures are added; of those named `peak…` the highest counts.
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function addCounts(all) {
  /** @type {Counts} */
  const sum = {};
  for (const [name, count] of all.flatMap((counts) => Object.entries(counts))) {
    sum[name] = name.startsWith('peak') ? Math.max(sum[name] ?? 0, count) : (sum[name] ?? 0) + count;
  }
  return sum;
}

/** @typedef {{ name: string, passed: number, failed: number, skipped: number, seconds: number, counts: Counts }} Total */

/**
 * Adds up what runs of one engine have shown.
 * @param {readonly Run[]} runs
 * @param {string} engine
 * @returns {Total[]} a row for each campaign, by name
 */
export function totalsOf(runs, engine) {
  const results = runs.filter((run) => run.engine === engine).flatMap((run) => run.campaigns);
  const names = [...new Set(results.map(({ name }) => name))].sort();
  return names.map((name) => {
    const own = results.filter((result) => result.name === name);
    const count = (/** @type {string} */ verdict) => own.filter((result) => result.verdict === verdict).length;
    return {
      name,
      ...{ passed: count('passed'), failed: count('failed'), skipped: count('skipped') },
      seconds: own.reduce((sum, { seconds }) => sum + seconds, 0),
      counts: addCounts(own.map(({ counts }) => counts)),
    };
  });
}

/**
 * `acknowledgedBytes` is told as `acknowledged bytes 1,024`.
 * @param {Counts} counts
 */
export function told(counts) {
  const words = (/** @type {string} */ name) => name.replaceAll(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
  return Object.entries(counts)
    .map(([name, count]) => `${words(name)} ${count.toLocaleString('en-US')}`)
    .join(', ');
}

/**
 * @param {readonly Total[]} totals
 * @returns {string} a table in Markdown, and a last line about all
 */
export function tableOf(totals) {
  if (totals.length === 0) return 'There is no run of this engine yet.\n';
  const row = (/** @type {(string | number)[]} */ ...cells) => `| ${cells.join(' | ')} |\n`;
  const head = row('campaign', 'passed', 'failed', 'skipped', 'hours', 'figures') + row(...Array(6).fill('---'));
  const rows = totals.map(({ name, passed, failed, skipped, seconds, counts }) =>
    row(`\`${name}\``, passed, failed, skipped, (seconds / 3600).toFixed(2), told(counts)),
  );
  return `${head}${rows.join('')}\nAll of them: ${told(addCounts(totals.map(({ counts }) => counts)))}\n`;
}
