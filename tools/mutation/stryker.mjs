/**
 * Changes the source in every small way that Stryker knows, and sees whether the tests notice.
 *
 *   node tools/mutation/stryker.mjs [<part of a file's name>…]
 *
 * Works on a copy of the source. Stryker is fetched from npm into a folder of its own for the run (docs/testing.md says
 * why). Exit code 1 when less is noticed than has to be.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { WorkspaceCopy } from '../proof/workspace-copy.mjs';
import { Fault } from '../workspace/fault.mjs';
import { workspaceRoot } from '../workspace/root.mjs';
import { runNode } from '../workspace/run-command.mjs';
import { LEAST_SCORE, PARTS } from './parts.mjs';
import { percentOf, scoreOf } from './report.mjs';

/** @typedef {import('./parts.mjs').Part} Part */
/** @typedef {import('./report.mjs').Score} Score */

const VERSION = '9.6.1';

/** @param {string} folder */
function fetchStryker(folder) {
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const packages = ['core', 'jest-runner'].map((name) => `@stryker-mutator/${name}@${VERSION}`);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', '--loglevel=error'];
  execFileSync('npm', ['install', ...flags, ...packages], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return path.join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
}

/**
 * @param {Part} part
 * @param {string} reportFile
 */
const settingsFor = ({ file, specs }, reportFile) => ({
  mutate: [`apps/api/${file}`],
  inPlace: true,
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: {
    projectType: 'custom',
    configFile: 'apps/api/jest.config.mjs',
    // The server of the tests outlives the run of one mutant.
    config: {
      globalSetup: null,
      globalTeardown: null,
      testMatch: specs.map((spec) => `<rootDir>/${spec}`),
      coverageThreshold: undefined,
    },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env['STOWAGE_MUTATION_WORKERS'] ?? 1),
  // A worker of Jest keeps the modules of every run.
  maxTestRunnerReuse: 40,
  timeoutMS: 5_000,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: reportFile },
  logLevel: 'warn',
  tempDirName: '.mutation',
});

/**
 * @param {string} stryker
 * @param {WorkspaceCopy} copy
 * @param {Part} part
 * @param {AbortSignal} signal
 * @returns {Promise<Score>}
 */
async function mutate(stryker, copy, part, signal) {
  const setUp = await import(pathToFileURL(copy.at('apps/api/test/global-setup.mjs')).href);
  const tearDown = await import(pathToFileURL(copy.at('apps/api/test/global-teardown.mjs')).href);
  const reportFile = copy.at('mutation-report.json');
  fs.rmSync(reportFile, { force: true });
  fs.writeFileSync(copy.at('mutation.config.json'), JSON.stringify(settingsFor(part, reportFile)));
  await setUp.default();
  try {
    const { code } = await runNode(stryker, ['run', 'mutation.config.json'], { cwd: copy.folder, signal });
    if (code !== 0 || !fs.existsSync(reportFile))
      throw new Fault(`Stryker could not do ${part.file} (exit code ${code}).`);
    return scoreOf(JSON.parse(fs.readFileSync(reportFile, 'utf8')));
  } finally {
    await tearDown.default();
  }
}

/**
 * @param {string} name
 * @param {Omit<Score, 'missed'>} score
 */
function line(name, { noticed, endless, valid }) {
  const percent = percentOf({ noticed, valid }).toFixed(1);
  return `${name}: ${noticed} of ${valid} noticed (${endless} by tests that never ended), ${percent} %\n`;
}

/**
 * @param {string[]} words
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} true when enough was noticed
 */
async function main(words, signal) {
  const chosen = PARTS.filter(({ file }) => words.length === 0 || words.some((word) => file.includes(word)));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'stowage-mutation-'));
  const copy = new WorkspaceCopy(workspaceRoot);
  const sum = { noticed: 0, endless: 0, valid: 0 };
  try {
    const stryker = fetchStryker(folder);
    for (const part of chosen) {
      const score = await mutate(stryker, copy, part, signal);
      sum.noticed += score.noticed;
      sum.endless += score.endless;
      sum.valid += score.valid;
      for (const missed of score.missed) process.stdout.write(`  missed: ${missed}\n`);
      process.stdout.write(line(part.file, score));
    }
  } finally {
    copy.remove();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(line('all', sum));
  return percentOf(sum) >= LEAST_SCORE;
}

const abort = new AbortController();
for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(name, () => abort.abort());
process.exitCode = (await main(process.argv.slice(2), abort.signal)) ? 0 : 1;
