/**
 * A whole machine as a process: a Linux kernel of its own with its disks, that loses its power when it is killed. What it
 * had not written to a disk is gone, as is everything in its memory.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { API_FLAGS } from '../../launch/api-flags.mjs';

/** Of Debian's user-mode-linux: a kernel that is a process. */
const KERNEL = 'linux.uml';
const HERE = import.meta.dirname;
const MEMORY_MIB = 1024;
const PATIENCE_MS = 300_000;

/** The guest's network is a namespace that ends with it: two guests do not know of each other. */
const NETWORK = `
ip link set lo up
ip tuntap add tap0 mode tap
ip address add 10.0.2.1/30 dev tap0
ip link set tap0 txqueuelen 10000 up
"$1" "$2" "$3" "$4" &
shift 4
exec "$@"`;

/**
 * @typedef {object} Plan
 * @property {string} folder for sockets; neither below /run nor below /dev/shm, which the guest has of its own
 * @property {import('./bundle.mjs').Bundle} bundle what it runs
 * @property {string} disk an image with ext4
 * @property {string} token with which its clients come
 * @property {string} [log] a file that takes a note of every write
 */

export class Machine {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process;
  /** @type {Promise<unknown>} */
  #ended = Promise.resolve();
  #plan;
  /** Everything that it has said since it was switched on. */
  console = '';

  /** @param {Plan} plan */
  constructor(plan) {
    this.#plan = plan;
  }

  /** Where the API listens, for this process alone. */
  get apiSocket() {
    return path.join(this.#plan.folder, 'api.sock');
  }

  /** Where the guest's supervisor listens. */
  get controlSocket() {
    return path.join(this.#plan.folder, 'control.sock');
  }

  /**
   * Switches it on, and waits until it takes requests.
   * @param {Record<string, string>} [words] more words for the guest
   * @throws {Error} with the end of its console when it does not come up
   */
  async boot(words = {}) {
    this.console = '';
    this.#process = spawn('unshare', ['-n', ...this.#command(words)], {
      detached: true,
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#process, 'exit');
    const fault = await this.#comesUp(this.#process);
    if (fault === null) return;
    await this.cut();
    throw new Error(`The guest ${fault}:\n${this.console.slice(-4000)}`);
  }

  /**
   * @param {import('node:child_process').ChildProcess} guest
   * @returns {Promise<string | null>} why it did not come up
   */
  async #comesUp({ stdout, stderr }) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve('was not ready in time'), PATIENCE_MS);
    });
    const told = new Promise((resolve) => {
      for (const stream of [stdout, stderr]) {
        stream?.setEncoding('utf8').on('data', (text) => {
          this.console += text;
          if (/^rig: ready /mu.test(this.console)) resolve(null);
          else if (/^rig: fault |Kernel panic/mu.test(this.console)) resolve('has a fault');
        });
      }
    });
    const gone = this.#ended.then(() => 'is gone');
    const outcome = await Promise.race([told, gone, late]);
    clearTimeout(timer);
    return outcome;
  }

  /** The kernel keeps its memory in a file of TMPDIR, and what it knows of itself below HOME. */
  #environment() {
    const memory = fs.existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {};
    return { PATH: process.env.PATH, HOME: this.#plan.folder, ...memory };
  }

  /** @param {Record<string, string>} words */
  #command(words) {
    const { bundle, disk, log, token } = this.#plan;
    const all = {
      node: process.execPath,
      program: bundle.supervisor,
      api: bundle.api,
      count: bundle.count,
      token,
      flags: API_FLAGS.join(','),
      ...words,
    };
    const bridge = path.join(HERE, 'bridge.mjs');
    const kernel = [
      ...[KERNEL, `mem=${MEMORY_MIB}M`, 'root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', 'quiet'],
      ...[`init=${path.join(HERE, 'guest', 'init.sh')}`, `ubd0=${disk}`, ...(log === undefined ? [] : [`ubd1=${log}`])],
      ...['vec0:transport=tap,ifname=tap0,depth=128', 'con0=fd:0,fd:1', 'con=null', 'panic=1'],
      ...Object.entries(all).map(([name, value]) => `rig.${name}=${value}`),
    ];
    const sockets = [`${this.apiSocket}=8080`, `${this.controlSocket}=8081`];
    return ['sh', '-ec', NETWORK, 'sh', process.execPath, bridge, ...sockets, ...kernel];
  }

  /** Cuts its power: nothing of it runs any more when this settles. */
  async cut() {
    const { pid } = this.#process ?? {};
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It had ended by itself.
    }
    await this.#ended;
    this.#process = undefined;
    while (membersOf(pid).length > 0) await pause(5);
  }
}

/**
 * @param {number} group
 * @returns {string[]} the living processes of a process group
 */
function membersOf(group) {
  return fs.readdirSync('/proc').filter((name) => {
    if (!/^\d+$/u.test(name)) return false;
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(pgrp) === group && state !== 'Z';
    } catch {
      return false;
    }
  });
}
