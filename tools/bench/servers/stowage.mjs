/** Our server, as `npm start` runs it: the built API with its flags, on an embedded PostgreSQL of its own. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { API_FLAGS } from '../../launch/api-flags.mjs';
import { startEmbeddedPostgres } from '../../postgres/embedded-postgres.mjs';
import { workspaceRoot } from '../../workspace/root.mjs';
import { keepTrack } from './running.mjs';

const API = path.join(workspaceRoot, 'dist', 'apps', 'api', 'main.js');

/** @typedef {import('./process.mjs').RunningServer} RunningServer */

/**
 * @param {string} folder
 * @param {{ preload?: string, flags?: readonly string[], host?: string, token?: string }} [options] `preload` is a library
 *   that is loaded before all others, `flags` are Node's own; who listens for others than this machine needs a token
 * @returns {Promise<RunningServer>}
 */
export async function startStowage(folder, { preload, flags = [], host, token } = {}) {
  const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres') });
  const api = fork(API, [], {
    execArgv: [...API_FLAGS, ...flags],
    env: {
      ...{ PATH: process.env['PATH'], PORT: '0', DATABASE_URL: postgres.url },
      ...{ STOWAGE_DATA_DIR: path.join(folder, 'data'), ...(preload && { LD_PRELOAD: preload }) },
      ...{ ...(host && { HOST: host }), ...(token && { STOWAGE_ADMIN_TOKEN: token }) },
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(api, 'exit');
  const stop = async () => {
    api.kill('SIGTERM');
    await exited;
    await postgres.stop();
  };
  const [message] = await Promise.race([once(api, 'message'), exited]);
  if (message?.type !== 'ready' || api.pid === undefined) {
    await stop();
    throw new Error(`The API did not start: ${message?.message ?? message}`);
  }
  const port = Number(new URL(message.url).port);
  return keepTrack({ port, pid: api.pid, databasePid: postgres.pid, folder, stop });
}

/**
 * How late the event loop was since this was last asked.
 * @param {RunningServer} server
 * @returns {Promise<{ lagP99Ms: number, lagMaxMs: number }>}
 */
export async function eventLoopLag({ port }) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  /** @param {string} name */
  const read = (name) => Number(new RegExp(`^stowage_event_loop_lag_${name}_seconds (\\S+)$`, 'mu').exec(text)?.[1]);
  return { lagP99Ms: read('p99') * 1000, lagMaxMs: read('max') * 1000 };
}
