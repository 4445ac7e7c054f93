/** Keeps results in docs/evidence/bench.json, and makes docs/performance.md of them. */
import fs from 'node:fs';
import path from 'node:path';
import { workspaceRoot } from '../workspace/root.mjs';
import { CASES } from './cases.mjs';
import { caseTable, profileTable, targetTable } from './report.mjs';
import { markdownTable, readable } from './table.mjs';
import { judge } from './targets.mjs';

/** @typedef {import('./report.mjs').Results} Results */

export const RESULTS = path.join(workspaceRoot, 'docs', 'evidence', 'bench.json');
export const PAGE = path.join(workspaceRoot, 'docs', 'performance.md');

/** @returns {Results | undefined} undefined when nothing has been written down yet */
export function readResults() {
  return fs.existsSync(RESULTS) ? JSON.parse(fs.readFileSync(RESULTS, 'utf8')) : undefined;
}

/** @param {Results} results */
function verdict({ cases }) {
  const all = judge(cases);
  const measured = all.filter(({ figure }) => figure !== undefined);
  if (measured.length === 0) return 'Nothing has been measured yet.';
  /** @param {'first' | 'then'} column */
  const met = (column) => measured.filter((one) => one[column] === 'met').length;
  return (
    `Of ${all.length} targets ${measured.length} were measured here; ${met('first')} of them meet the first column, ` +
    `${met('then')} the second. What is not met says by how much.`
  );
}

/** @param {Results} results */
function profileSection({ profile }) {
  if (!profile) return [];
  return [
    '## Where the time goes',
    'The API with a profiler, which costs something itself, while a large file comes in as raw chunks on 4 streams.',
    '![Flame graph of the first thread](images/api-flame-graph.svg)',
    markdownTable(profileTable(profile)),
    'The picture is of the first thread only, without the time in which it had nothing to do. What each thread used is ' +
      'from the kernel, and that of the first is divided as the profile is; the busiest of the others is the one that hashes.',
  ];
}

/**
 * @param {number} count
 * @param {string} what
 */
const counted = (count, what) => `${count} ${what}${count === 1 ? '' : 's'}`;

/** @param {Results} results */
function caseSections({ cases }) {
  // Some may have been measured again, later than others.
  const inOrder = CASES.flatMap(({ name }) => cases[name] ?? []);
  return inOrder.flatMap((result) => {
    const { bytes, chunk, streams } = result.amount;
    const took = `${readable(bytes / 1024 ** 2)} MiB, ${counted(result.rounds.length, 'round')}, ${counted(streams, 'stream')}`;
    return [
      `### ${result.title}`,
      `${took}, chunks of ${readable(chunk / 1024)} KiB; commit ${result.commit}, ${result.takenAt.slice(0, 10)}, load before it ${readable(result.busyBefore)}.`,
      markdownTable(caseTable(result)),
    ];
  });
}

/**
 * The page of some results.
 * @param {Results} results
 * @returns {Promise<string>}
 */
export async function pageOf(results) {
  const { processor, cores, memoryGib, kernel, fileSystem, node } = results.machine;
  const text = fs.readFileSync(new URL('./page.md', import.meta.url), 'utf8');
  const parts = {
    machine: `${processor}, ${cores} cores, ${memoryGib} GiB, ${kernel}, ${fileSystem}, Node.js ${node.slice(1)}`,
    verdict: verdict(results),
    targets: markdownTable(targetTable(results.cases)),
    profile: profileSection(results).join('\n\n'),
    cases: caseSections(results).join('\n\n'),
  };
  const filled = Object.entries(parts).reduce((page, [name, part]) => page.replace(`{{${name}}}`, () => part), text);
  const prettier = await import('prettier');
  return prettier.format(filled, { ...(await prettier.resolveConfig(PAGE)), parser: 'markdown' });
}

/**
 * Writes results down; cases that were not measured again keep what they had.
 * @param {Results} results
 */
export async function writeResults(results) {
  const before = readResults();
  const all = { ...before, ...results, cases: { ...before?.cases, ...results.cases } };
  fs.writeFileSync(RESULTS, `${JSON.stringify(all, null, 1)}\n`);
  fs.writeFileSync(PAGE, await pageOf(all));
}
