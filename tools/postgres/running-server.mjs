/** The embedded PostgreSQL of another process: where it listens, when it runs. */
import fs from 'node:fs';
import path from 'node:path';
import { DATABASE, ROLE } from './cluster.mjs';
import { postmasterPid, runsOn } from './orphans.mjs';

/**
 * @typedef {object} RunningServer
 * @property {string} url with the password: never print it
 * @property {string} superuserUrl
 */

/**
 * Where the cluster of a database folder is: beside its secret, or where `nobody` can reach it.
 * @param {string} home the database folder
 */
export function clusterOf(home) {
  try {
    return fs.readFileSync(path.join(home, 'cluster-location'), 'utf8').trim();
  } catch {
    return path.join(home, 'cluster');
  }
}

/**
 * @param {string} home the database folder
 * @returns {RunningServer | undefined} undefined while none is ready
 */
export function runningServer(home) {
  try {
    const cluster = fs.realpathSync(clusterOf(home));
    const pid = postmasterPid(cluster);
    // Line 4 is the port, line 8 the state.
    const lines = fs.readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    if (pid === undefined || !runsOn(pid, cluster) || lines[7]?.trim() !== 'ready') return undefined;
    const secret = fs.readFileSync(path.join(home, 'secret'), 'utf8').trim();
    const address = `127.0.0.1:${lines[3]?.trim()}/${DATABASE}`;
    return {
      url: `postgresql://${ROLE}:${secret}@${address}`,
      superuserUrl: `postgresql://postgres:${secret}@${address}`,
    };
  } catch {
    return undefined;
  }
}
