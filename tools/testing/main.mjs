/** `npm test`, from the install to the line with the counts. */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfNeeded, runNx } from '../workspace/build.mjs';
import { Fault } from '../workspace/fault.mjs';
import { installIfNeeded } from '../workspace/install.mjs';
import { workspaceRoot } from '../workspace/root.mjs';
import { addUp, resultsFolder, summary } from './results.mjs';
import { wavesOf } from './waves.mjs';

const USAGE = 'npm test [-- [--small] [--project <name>]…]';

/** @param {string} line */
const log = (line) => void process.stdout.write(`${line}\n`);

/** @param {string[]} args */
function readArguments(args) {
  try {
    const { values } = parseArgs({
      args,
      options: { small: { type: 'boolean', default: false }, project: { type: 'string', multiple: true, default: [] } },
    });
    return { small: values.small, wanted: values.project.flatMap((names) => names.split(',')) };
  } catch (error) {
    throw new Fault(`${error instanceof Error ? error.message.split('\n')[0] : error} (usage: ${USAGE})`);
  }
}

/**
 * @param {boolean} small
 * @param {string[]} wanted
 * @param {AbortSignal} signal
 * @returns {Promise<string[]>}
 */
async function chooseProjects(small, wanted, signal) {
  const { output } = await runNx(workspaceRoot, ['show', 'projects', '--with-target', 'test', '--json'], {
    quiet: true,
    signal,
  });
  /** @type {string[]} */
  const all = JSON.parse(output.slice(output.indexOf('[')));
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Fault(`There is no project ${unknown.join(', ')}; there are ${all.join(', ')}.`);
  return all
    .filter((name) => wanted.length === 0 || wanted.includes(name))
    .filter((name) => !(small && name.endsWith('-e2e')))
    .sort();
}

/** @param {readonly string[]} projects none means all */
function forgetResults(projects) {
  const folder = resultsFolder(workspaceRoot);
  if (projects.length === 0) fs.rmSync(folder, { recursive: true, force: true });
  for (const project of projects) fs.rmSync(path.join(folder, `${project}.json`), { force: true });
  fs.mkdirSync(folder, { recursive: true });
}

/**
 * Runs what was asked for and prints the counts; sets the exit code.
 * @param {string[]} args
 */
export async function main(args) {
  const abort = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(name, () => abort.abort());
  try {
    await run(readArguments(args), abort.signal);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  if (abort.signal.aborted) process.exitCode = 130;
}

/**
 * @param {{ small: boolean, wanted: string[] }} choice
 * @param {AbortSignal} signal
 */
async function run({ small, wanted }, signal) {
  await installIfNeeded(workspaceRoot, { log, signal });
  if (signal.aborted) return;
  const projects = await chooseProjects(small, wanted, signal);
  // Acceptance runs the built product.
  if (!small && !signal.aborted) await buildIfNeeded(workspaceRoot, { log, signal });
  if (signal.aborted) return;
  forgetResults(wanted);
  // A test that passed yesterday is no test that passed: the cache is for builds. What the tests need is built above.
  const flags = ['--skip-nx-cache', '--exclude-task-dependencies', '--outputStyle=stream'];
  for (const [together, parallel] of wavesOf(projects, small)) {
    const args = ['run-many', '-t', 'test', '-p', together.join(','), `--parallel=${parallel}`, ...flags];
    await runNx(workspaceRoot, args, { signal, env: small ? { STOWAGE_TEST_SIZE: 'small' } : {} });
    if (signal.aborted) return;
  }
  const tally = addUp(workspaceRoot, projects);
  process.stdout.write(summary(tally));
  if (tally.failed.length > 0) process.exitCode = 1;
}
