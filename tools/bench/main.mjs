/**
 * `npm run bench`: measures this server beside others and compares with what is aimed at (docs/performance.md). Everything is
 * on loopback and in a temporary folder.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildIfNeeded } from '../workspace/build.mjs';
import { Fault } from '../workspace/fault.mjs';
import { installIfNeeded } from '../workspace/install.mjs';
import { workspaceRoot } from '../workspace/root.mjs';
import { CASES } from './cases.mjs';
import { runCase } from './case-runner.mjs';
import { providePrograms } from './debian.mjs';
import { Load } from './load.mjs';
import { describeMachine } from './machine.mjs';
import { compileNative } from './native.mjs';
import { readOptions } from './options.mjs';
import { writeResults } from './page.mjs';
import { PROFILE_CASE, profileApi } from './profile.mjs';
import { stopAll } from './servers/running.mjs';
import { caseTable, profileTable, targetTable } from './report.mjs';
import { terminalTable } from './table.mjs';

const QUIET = 0.7;

/** @param {string} line */
const log = (line) => void process.stdout.write(`${line}\n`);

/** @returns {ReadonlyMap<string, string>} what cannot be measured on this machine, and why */
function absentPrograms() {
  const absent = new Map(/** @type {Iterable<[string, string]>} */ (providePrograms(log)));
  if (!process.env['TUSD_BIN']) absent.set('tusd', 'TUSD_BIN names no binary of it');
  return absent;
}

/** @param {readonly string[]} args */
async function run(args) {
  const options = readOptions(args, [...CASES.map(({ name }) => name), PROFILE_CASE]);
  await installIfNeeded(workspaceRoot, { log });
  await buildIfNeeded(workspaceRoot, { log });
  const folder = fs.mkdtempSync(path.join(options.folder, 'stowage-bench-'));
  const clean = () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  process.once('exit', clean);
  fs.chmodSync(folder, 0o755);
  const native = compileNative(folder);
  const context = { folder, native, load: new Load(native.load, folder), absent: absentPrograms() };
  const [busy = 0] = os.loadavg();
  if (busy > QUIET)
    log(`The machine is at work already (load ${busy.toFixed(1)}): figures will be too bad, and uneven.`);
  const wanted = (/** @type {string} */ name) => options.only?.includes(name) ?? true;
  const machine = describeMachine(folder);
  // At once, so that what a long run has found is kept whatever comes of the rest.
  const keep = (/** @type {Partial<import('./report.mjs').Results>} */ found) =>
    options.quick ? undefined : writeResults({ machine, cases: {}, ...found });

  /** @type {Record<string, import('./report.mjs').CaseResult>} */
  const cases = {};
  for (const entry of CASES.filter(({ name }) => wanted(name))) {
    log(`\n${entry.title}`);
    const result = await runCase(entry, options, context, log);
    cases[entry.name] = result;
    log(`\n${terminalTable(caseTable(result))}`);
    await keep({ cases: { [entry.name]: result } });
  }
  if (wanted(PROFILE_CASE)) {
    const profile = await profileApi(options, context, log);
    log(`\n${terminalTable(profileTable(profile))}`);
    await keep({ profile });
  }
  log(`\nTargets, medians of the ratios of the rounds\n\n${terminalTable(targetTable(cases))}`);
  if (!options.quick) log('\nWritten: docs/evidence/bench.json and docs/performance.md');
}

let stopping = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, async () => {
    stopping = true;
    await stopAll(); // they still write into the folder that goes with us
    process.exit(130);
  });
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  // Whatever fails after a stop that was asked for, fails because of it.
  if (!stopping) {
    process.stderr.write(`${error instanceof Fault ? error.message : error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  }
}
