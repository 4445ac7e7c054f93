/** The built product with a database and a data folder of its own, for what is made from, or tried on, a running one. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.mjs';
import { workspaceRoot } from '../workspace/root.mjs';

const API = path.join(workspaceRoot, 'dist', 'apps', 'api', 'main.js');

/** @typedef {{ url: string, setUpLink: string, stop: () => Promise<void> }} RunningProduct */

/**
 * Starts database and API in a new folder, on free ports.
 * @param {Readonly<Record<string, string>>} [env] settings on top of what is needed
 * @returns {Promise<RunningProduct>} `stop` ends both and removes the folder
 */
export async function startProduct(env = {}) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'stowage-docs-'));
  /** @type {(() => Promise<unknown>)[]} */
  const steps = [() => fs.rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) await step();
  };
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres') });
    steps.push(() => postgres.stop());
    const api = fork(API, [], {
      env: {
        ...{ PATH: process.env.PATH, PORT: '0', DATABASE_URL: postgres.url },
        ...{ STOWAGE_DATA_DIR: path.join(folder, 'data'), LOG_LEVEL: 'warn', ...env },
      },
    });
    const exited = once(api, 'exit');
    steps.push(async () => {
      api.kill('SIGTERM');
      await exited;
    });
    const [message] = await Promise.race([once(api, 'message'), exited]);
    if (message?.type !== 'ready') throw new Error(`The API did not start: ${message?.message ?? message}`);
    return { url: message.url, setUpLink: message.setUpLink, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
