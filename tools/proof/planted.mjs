/**
 * Plants faults into copies of the source and sees whether the tests find them.
 *
 *   node tools/proof/planted.mjs [<part of a name>…]
 *
 * Each test is first run without any fault, and has to pass. Exit code 1 when a fault was missed or no longer applies.
 */
import { spawnSync } from 'node:child_process';
import { workspaceRoot } from '../workspace/root.mjs';
import { plant, plantedFaults } from './faults.mjs';
import { WorkspaceCopy } from './workspace-copy.mjs';

/** @typedef {import('./faults.mjs').Harness} Harness */
/** @typedef {import('./faults.mjs').PlantedFault} PlantedFault */

const PATIENCE = 300_000;

/**
 * @param {WorkspaceCopy} copy
 * @param {Harness} harness
 * @returns {{ passed: boolean, output: string }}
 */
function run(copy, { project, pattern, test, env = {}, patience = PATIENCE }) {
  const jest = copy.at('node_modules/jest/bin/jest.js');
  const flags = ['--config', copy.at(`apps/${project}/jest.config.mjs`), '--forceExit=false', pattern];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', jest, ...flags, ...(test === undefined ? [] : ['-t', test])],
    { cwd: copy.folder, env: { ...process.env, ...env }, encoding: 'utf8', timeout: patience, maxBuffer: 2 ** 28 },
  );
  const output = stdout + stderr;
  // A pattern that finds no test proves nothing.
  return { passed: status === 0 && /^Tests:.*[1-9]\d* passed/mu.test(output), output };
}

/**
 * Runs a harness on a copy of the source.
 * @param {string} root
 * @param {Harness} harness
 * @param {PlantedFault} [fault]
 */
function runOnCopy(root, harness, fault) {
  const copy = new WorkspaceCopy(root);
  try {
    if (fault) plant(copy.folder, fault);
    copy.build();
    return run(copy, harness);
  } finally {
    copy.remove();
  }
}

/**
 * @param {string} root
 * @param {PlantedFault} fault
 * @returns {string | null} what went wrong; null when it was found
 */
export function miss(root, fault) {
  /** @type {ReturnType<typeof runOnCopy>} */
  let run;
  try {
    run = runOnCopy(root, fault.harness, fault);
  } catch (error) {
    return `could not be planted: ${error instanceof Error ? error.message : error}`;
  }
  const { passed, output } = run;
  if (passed) return 'was not noticed';
  return fault.caught.test(output) ? null : `made the tests fail for another reason:\n${output.slice(-4000)}`;
}

/**
 * @param {string} root
 * @param {Harness} harness
 * @returns {string | null} what went wrong; null when it passes without a fault
 */
export function falseAlarm(root, harness) {
  const { passed, output } = runOnCopy(root, harness);
  return passed ? null : `fails without any fault:\n${output.slice(-4000)}`;
}

/**
 * @param {string[]} words
 * @returns {Promise<boolean>} true when every fault was found
 */
async function main(words) {
  const all = await plantedFaults(workspaceRoot);
  const chosen = all.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  /** @type {Map<string, string | null>} */
  const alarms = new Map();
  let found = 0;
  for (const fault of chosen) {
    const key = JSON.stringify(fault.harness);
    if (!alarms.has(key)) alarms.set(key, falseAlarm(workspaceRoot, fault.harness));
    const wrong = alarms.get(key) ?? miss(workspaceRoot, fault);
    if (wrong === null) found += 1;
    process.stdout.write(wrong === null ? `found: ${fault.name}: ${fault.how}\n` : `MISSED: ${fault.name} ${wrong}\n`);
  }
  process.stdout.write(`${found} of ${chosen.length} planted faults found\n`);
  return found === chosen.length;
}

if (import.meta.filename === process.argv[1]) process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
