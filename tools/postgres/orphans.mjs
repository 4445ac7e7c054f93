/** Processes of PostgreSQL that still run on a cluster although nobody supervises them, after a kill -9. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * The process id in the cluster's lock file.
 * @param {string} cluster
 */
export function postmasterPid(cluster) {
  try {
    const pid = Number(fs.readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * PostgreSQL's processes have the cluster as working directory, which tells them from a recycled process id.
 * @param {number} pid
 * @param {string} cluster a real path
 */
export function runsOn(pid, cluster) {
  if (process.platform === 'linux') {
    try {
      return fs.readlinkSync(`/proc/${pid}/cwd`) === cluster;
    } catch {
      return false;
    }
  }
  const listed = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return listed.stdout.includes(cluster);
}

/**
 * All processes that run on the cluster: the postmaster, and children that outlive it for a moment.
 * @param {string} cluster a real path
 */
function processesOn(cluster) {
  const postmaster = postmasterPid(cluster);
  const candidates =
    process.platform === 'linux'
      ? fs
          .readdirSync('/proc')
          .filter((name) => /^\d+$/.test(name))
          .map(Number)
      : postmaster
        ? [postmaster]
        : [];
  return candidates.filter((pid) => pid !== process.pid && runsOn(pid, cluster));
}

/**
 * Not somebody's shell that stands in the folder.
 * @param {number} pid
 */
function isPostgres(pid) {
  try {
    return path.basename(fs.readlinkSync(`/proc/${pid}/exe`)) === 'postgres';
  } catch {
    return false;
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

/**
 * @param {() => boolean} condition
 * @param {number} limit milliseconds
 */
async function until(condition, limit) {
  const end = Date.now() + limit;
  while (!condition()) {
    if (Date.now() > end) return false;
    await pause(50);
  }
  return true;
}

/**
 * Stops whatever still runs on the cluster: fast first (open transactions end, a checkpoint is written), then immediately
 * (the next start recovers from the log). Leaves no lock file that names a process which is not PostgreSQL.
 * @param {string} cluster
 * @param {(line: string) => void} log
 * @throws {Error} when it does not stop
 */
export async function stopOrphans(cluster, log) {
  if (!fs.existsSync(cluster)) return;
  const real = fs.realpathSync(cluster);
  const pid = postmasterPid(real);
  if (pid !== undefined && runsOn(pid, real)) {
    log(`stopping PostgreSQL (process ${pid}) that an earlier run left behind`);
    send(pid, 'SIGINT');
    if (!(await until(() => !runsOn(pid, real), 20_000))) send(pid, 'SIGQUIT');
  }
  // Children notice the death of their postmaster by themselves, unless they are stuck; they must be gone before a lock file
  // is removed. What is killed here is recovered from the log, as after any kill.
  if (!(await until(() => processesOn(real).length === 0, 5_000))) {
    for (const child of processesOn(real).filter(isPostgres)) {
      log(`killing a process of PostgreSQL (${child}) that does not end`);
      send(child, 'SIGKILL');
    }
  }
  if (!(await until(() => processesOn(real).length === 0, 20_000))) {
    throw new Error(
      `Another process still uses the database in ${cluster} (${processesOn(real).join(', ')}); stop it.`,
    );
  }
  const left = postmasterPid(real);
  // PostgreSQL itself refuses when the id in a stale lock file now belongs to anything alive of the same user.
  if (left !== undefined) fs.rmSync(path.join(real, 'postmaster.pid'), { force: true });
}
