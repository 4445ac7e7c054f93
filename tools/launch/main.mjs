/** `npm start`, from the first check to the exit code. */
import path from 'node:path';
import { buildIfNeeded } from '../workspace/build.mjs';
import { installIfNeeded } from '../workspace/install.mjs';
import { workspaceRoot } from '../workspace/root.mjs';
import { Launcher } from './launcher.mjs';
import { checkPort, lockDataFolder, openDataFolder, refusePlatform, thisPlatform } from './preflight.mjs';
import { StopRequest } from './stop-request.mjs';

/**
 * @typedef {object} Overrides for tests
 * @property {string} [apiEntry] a stand-in for the API; nothing is installed or built then
 */

/**
 * Runs until it is asked to stop; sets the exit code: 0 after a stop that was asked for, 1 after a fault.
 * @param {Overrides} [overrides]
 */
export async function main(overrides = {}) {
  const stop = new StopRequest();
  try {
    await run(stop, overrides);
  } catch (error) {
    // One sentence, no stack: whoever reads this wants to mend something, not to debug us.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/**
 * @param {StopRequest} stop
 * @param {Overrides} overrides
 */
async function run(stop, { apiEntry }) {
  const env = process.env;
  const dataDir = env.STOWAGE_DATA_DIR ? path.resolve(env.STOWAGE_DATA_DIR) : path.join(workspaceRoot, 'data');
  refusePlatform(thisPlatform());
  openDataFolder(dataDir);
  const release = lockDataFolder(dataDir);
  try {
    await checkPort(env);
    if (!apiEntry) await prepare(stop);
    if (stop.signal.aborted) return;
    const entry = apiEntry ?? path.join(workspaceRoot, 'dist', 'apps', 'api', 'main.js');
    await new Launcher({ root: workspaceRoot, apiEntry: entry, dataDir, env, stop }).run();
  } finally {
    release();
  }
}

/** @param {StopRequest} stop */
async function prepare({ signal }) {
  /** @param {string} line */
  const log = (line) => void process.stdout.write(`${line}\n`);
  await installIfNeeded(workspaceRoot, { log, signal });
  if (!signal.aborted) await buildIfNeeded(workspaceRoot, { log, signal });
}
