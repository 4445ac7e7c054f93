/** Runs one campaign: its test file, once, with the size of a profile. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runNode } from '../workspace/run-command.mjs';
import { WRONGS, addCounts } from './evidence.mjs';
import { reasonToSkip } from './needs.mjs';

/** @typedef {import('./campaigns.mjs').Campaign} Campaign */
/** @typedef {import('./evidence.mjs').CampaignResult} CampaignResult */
/** @typedef {import('./evidence.mjs').Counts} Counts */
/** @typedef {{ numPassedTests: number, numPendingTests: number, testResults: import('../testing/results.mjs').JestReport['testResults'] }} Report */

/**
 * @param {string} seed of the run
 * @param {string} name of the campaign
 * @returns {string} the campaign's own: it draws the same, whichever others run
 */
export function seedOf(seed, name) {
  return createHash('sha256').update(`${seed} ${name}`).digest('hex').slice(0, 12);
}

/** Only what a profile says decides how much is done: no setting of whoever starts it. */
function plainEnvironment() {
  return Object.fromEntries(
    Object.keys(process.env).map((name) => [name, name.startsWith('STOWAGE_') ? undefined : process.env[name]]),
  );
}

/**
 * @param {string} folder
 * @returns {Counts | null} what the tests have told; null when they told nothing
 */
function readCounts(folder) {
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.json'));
  if (files.length === 0) return null;
  return addCounts(files.map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'))));
}

/**
 * @param {number | null} code
 * @param {Report | null} report
 * @param {Counts | null} counts
 * @returns {Pick<CampaignResult, 'verdict' | 'reason'>}
 */
export function judge(code, report, counts) {
  const fault = faultOf(code, report, counts);
  if (fault !== null) return { verdict: 'failed', reason: fault };
  const skipped = report?.numPendingTests ?? 0;
  // Tests that skip themselves miss something that nobody has named as a need.
  return skipped === 0
    ? { verdict: 'passed' }
    : { verdict: 'skipped', reason: `${skipped} of its tests skip themselves here` };
}

/**
 * @param {number | null} code
 * @param {Report | null} report
 * @param {Counts | null} counts
 * @returns {string | null} null when nothing is wrong
 */
function faultOf(code, report, counts) {
  if (report === null) return `it left no results (exit code ${code})`;
  const failed = report.testResults.flatMap(({ message, assertionResults }) =>
    assertionResults.length === 0
      ? [message]
      : assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
  if (failed.length > 0) return `failed: ${failed.join('; ').slice(0, 500)}`;
  const wrong = WRONGS.filter((name) => (counts?.[name] ?? 0) > 0);
  if (wrong.length > 0) return `it counted ${wrong.map((name) => `${counts?.[name]} ${name}`).join(', ')}`;
  if (code !== 0) return `it ended with exit code ${code}`;
  if (report.numPendingTests > 0) return null;
  if (report.numPassedTests === 0) return 'it has no test';
  return counts === null ? 'it told no counts' : null;
}

/**
 * @param {string} root
 * @param {Campaign} campaign
 * @param {{ profile: import('./campaigns.mjs').Profile, seed: string, set: Record<string, string>, signal: AbortSignal, log: (line: string) => void }} run
 * @returns {Promise<CampaignResult>}
 */
export async function runCampaign(
  root,
  { name, spec, sizes, needs = [] },
  { profile, seed: runSeed, set, signal, log },
) {
  const seed = seedOf(runSeed, name);
  const skip = reasonToSkip(needs, log);
  if (skip !== null) return { name, verdict: 'skipped', reason: skip, seed, seconds: 0, counts: {} };
  const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-prove-'));
  const results = path.join(reports, 'jest');
  const startedAt = performance.now();
  try {
    const [project = ''] = spec.split('/');
    const jest = ['node_modules/jest/bin/jest.js', '--config', `apps/${project}/jest.config.mjs`];
    const flags = ['--json', `--outputFile=${results}`, '--runTestsByPath', `apps/${spec}`];
    const { code } = await runNode('--experimental-vm-modules', ['--no-warnings', ...jest, ...flags], {
      cwd: root,
      env: { ...plainEnvironment(), ...sizes[profile], ...set, STOWAGE_SEED: seed, STOWAGE_PROOF_REPORTS: reports },
      signal,
    });
    const counts = readCounts(reports);
    const report = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, 'utf8')) : null;
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    const stopped = /** @type {const} */ ({ verdict: 'stopped' });
    const judged = signal.aborted ? stopped : judge(code, report, counts);
    return { name, ...judged, seed, seconds, counts: counts ?? {} };
  } finally {
    fs.rmSync(reports, { recursive: true, force: true });
  }
}
