/**
 * A lock file that names the process which holds it. Node has no flock, so the holder is recognised by its process id and
 * the moment it started: a recycled id or a machine that booted since makes the lock stale, and a stale lock is taken over.
 */
import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** What this process holds now: a lock of ours that is not in here came back with a folder that was moved away. */
const held = new Set();

/** Thrown when a living process holds the lock. */
export class LockedError extends Error {
  /** @param {number} pid the process that holds the lock */
  constructor(pid) {
    super(`locked by process ${pid}`);
    this.name = 'LockedError';
    this.pid = pid;
  }
}

/**
 * What tells one life of a process id from the next.
 * @param {number} pid
 * @returns {string | undefined} undefined when no such process lives
 */
export function processIdentity(pid) {
  if (process.platform !== 'linux') {
    try {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
    } catch {
      return undefined;
    }
  }
  try {
    // The second field, the command, may hold spaces and brackets: fields are counted from its closing bracket.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    if (state === 'Z' || state === 'X') return undefined;
    return `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @returns {{ pid: number, identity: string, nonce: string } | undefined}
 */
function readHolder(file) {
  try {
    const holder = JSON.parse(fs.readFileSync(file, 'utf8'));
    return typeof holder.pid === 'number' && typeof holder.identity === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The living process that holds a lock.
 * @param {string} file
 * @returns {number | undefined} its process id
 */
export function lockHolder(file) {
  const holder = readHolder(file);
  if (!holder || processIdentity(holder.pid) !== holder.identity) return undefined;
  return holder.pid === process.pid && !held.has(holder.nonce) ? undefined : holder.pid;
}

/**
 * Takes the lock for this process.
 * @param {string} file the lock file; its folder exists
 * @returns {() => void} gives the lock back; safe to call twice
 * @throws {LockedError} when a living process holds it
 */
export function takeLock(file) {
  const suffix = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const mine = `${file}.${suffix}`;
  const content = JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) ?? '', nonce: suffix });
  fs.writeFileSync(mine, content, { mode: 0o600 });
  try {
    for (;;) {
      try {
        fs.linkSync(mine, file); // appears whole or not at all, unlike open with O_EXCL and a later write
        held.add(suffix);
        return () => {
          held.delete(suffix);
          release(file, content);
        };
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      }
      const pid = lockHolder(file);
      if (pid !== undefined) throw new LockedError(pid);
      removeStale(file, `${file}.stale-${suffix}`);
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/**
 * Two processes may find the same stale lock: the rename moves aside whatever is there now, and a lock that turns out to
 * be alive (the other one was faster) is put back.
 * @param {string} file
 * @param {string} aside
 */
function removeStale(file, aside) {
  try {
    fs.renameSync(file, aside);
  } catch {
    return;
  }
  const pid = lockHolder(aside);
  try {
    if (pid !== undefined) fs.linkSync(aside, file);
  } catch {
    // A third process took the lock in between: PostgreSQL's own lock file is what decides then.
  }
  fs.rmSync(aside, { force: true });
}

/**
 * @param {string} file
 * @param {string} content
 */
function release(file, content) {
  try {
    if (fs.readFileSync(file, 'utf8') === content) fs.rmSync(file, { force: true });
  } catch {
    // The data folder is gone, and the lock with it.
  }
}
