/** One run of the postmaster: from spawn to exit. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { childEnvironment } from './cluster.mjs';

/** @typedef {import('./embedded-postgres.d.mts').ServerExit} ServerExit */

const READY_LIMIT = 60_000;
const SAY_AFTER = 10_000;
const STOP_LIMIT = 30_000;
const LOG_LIMIT = 8 * 1024 * 1024;

/**
 * Ours on top of PostgreSQL's defaults, which are durable: fsync, full_page_writes and synchronous_commit are never set.
 * @type {Record<string, string>}
 */
const defaults = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // TCP on loopback only: a socket's path has a length limit that a data folder may exceed
  max_connections: '60',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_error_verbosity: 'terse', // the details of a violated key contain file names
  log_min_error_statement: 'panic', // and so do statements
};

/** @typedef {{ retry: boolean, message: string }} Refusal */

export class Server {
  #expected = false;
  /** @type {import('node:child_process').ChildProcess} */
  #child;
  #logFile;
  #logStart;

  /**
   * @param {object} plan
   * @param {import('./run-as.mjs').Runner} plan.runner
   * @param {number} plan.port
   * @param {string} plan.home for the server's log
   * @param {Readonly<Record<string, string>>} plan.settings
   * @param {Readonly<Record<string, string>>} [plan.env] on top of ours
   * @param {string[]} plan.deathSignal
   */
  constructor({ runner, port, home, settings, env = {}, deathSignal }) {
    this.port = port;
    this.cluster = runner.cluster;
    this.#logFile = path.join(home, 'server.log');
    const flags = fs.existsSync(this.#logFile) && fs.statSync(this.#logFile).size > LOG_LIMIT ? 'w' : 'a';
    const log = fs.openSync(this.#logFile, flags, 0o600);
    this.#logStart = fs.fstatSync(log).size;
    const options = Object.entries({ ...defaults, ...settings, port: String(port) }).flatMap(([k, v]) => [
      '-c',
      `${k}=${v}`,
    ]);
    const program = path.join(runner.native, 'bin', 'postgres');
    const [file = '', ...args] = [...runner.prefix, ...deathSignal, program, '-D', runner.cluster, ...options];
    // Detached, so that a Ctrl-C in the terminal reaches the launcher only: the API stops before its database.
    this.#child = spawn(file, args, {
      ...runner.ids,
      cwd: '/',
      env: { ...childEnvironment, ...env },
      detached: true,
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    /** @type {Promise<ServerExit>} */
    this.exited = new Promise((resolve) => {
      this.#child.on('error', () => resolve({ code: null, signal: null, expected: false }));
      this.#child.on('exit', (code, signal) => resolve({ code, signal, expected: this.#expected }));
    });
  }

  get pid() {
    return this.#child.pid ?? 0;
  }

  /**
   * Ready means: its lock file carries our process id and the word ready. While the word is starting, the log is being
   * replayed after a crash, and that may take as long as it will.
   * @param {(line: string) => void} log
   * @param {AbortSignal} [signal]
   * @returns {Promise<'ready' | Refusal>}
   */
  async whenReady(log, signal) {
    let ended = false;
    void this.exited.then(() => (ended = true));
    const since = Date.now();
    let silent = true;
    while (!ended) {
      const state = this.#state();
      if (state === 'ready') return 'ready';
      if (signal?.aborted) return this.#giveUp('was stopped while it was starting');
      const waited = Date.now() - since;
      if (state !== 'starting' && waited > READY_LIMIT) return this.#giveUp('was not ready within a minute');
      if (silent && state === 'starting' && waited > SAY_AFTER) {
        log(`PostgreSQL recovers what was under way when it ended; this may take minutes (see ${this.#logFile})`);
        silent = false;
      }
      await Promise.race([pause(20), this.exited]);
    }
    const refusal = this.#refusal();
    if (refusal.retry) await pause(250);
    return refusal;
  }

  /**
   * @param {string} why
   * @returns {Promise<Refusal>}
   */
  async #giveUp(why) {
    await this.stop();
    return { retry: false, message: `The embedded PostgreSQL ${why}; see ${this.#logFile}.` };
  }

  /** @returns {string | undefined} what the server says of itself, such as starting */
  #state() {
    try {
      const lines = fs.readFileSync(path.join(this.cluster, 'postmaster.pid'), 'utf8').split('\n');
      return Number(lines[0]) === this.pid ? lines[7]?.trim() : undefined;
    } catch {
      return undefined;
    }
  }

  /** @returns {Refusal} */
  #refusal() {
    const written = fs.readFileSync(this.#logFile).subarray(this.#logStart).toString('utf8');
    const busyPort = /could not bind|could not create any TCP/.test(written);
    const stillThere = /lock file "postmaster\.pid" already exists|pre-existing shared memory block/.test(written);
    const reason =
      written.split('\n').find((line) => line.includes('FATAL:')) ?? written.trim().split('\n').at(-1) ?? '';
    const message = `The embedded PostgreSQL did not start: ${reason.replace(/^.*FATAL:\s*/, '')} (more in ${this.#logFile}).`;
    return { retry: busyPort || stillThere, message };
  }

  /** Fast shutdown; an immediate one when that takes too long (the next start then recovers from the log). */
  async stop() {
    this.#expected = true;
    if (this.pid === 0) return;
    this.#child.kill('SIGINT');
    const timer = setTimeout(() => this.#child.kill('SIGQUIT'), STOP_LIMIT);
    await this.exited;
    clearTimeout(timer);
  }
}
