/** A child process with a channel: it ends by itself when the channel closes, so a kill -9 of ours leaves none behind. */
import { fork } from 'node:child_process';

/**
 * @typedef {object} ChildMessage what a child says over its channel
 * @property {'ready' | 'fault'} type
 * @property {string} [message] of a fault: one sentence
 * @property {string} [url]
 * @property {string} [version]
 * @property {string} [setUpLink]
 * @property {string} [cluster]
 */

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Exit */

export class Child {
  /** @type {import('node:child_process').ChildProcess} */
  #process;
  #hasExited = false;
  /** @type {((message: ChildMessage) => void)[]} */
  #listeners = [];
  /** @type {ChildMessage[]} */
  #early = [];

  /**
   * @param {string} script
   * @param {string[]} args
   * @param {{ cwd: string, env: NodeJS.ProcessEnv, flags?: string[] }} options `flags` are Node's own
   */
  constructor(script, args, { cwd, env, flags = [] }) {
    // Detached: a Ctrl-C in the terminal goes to its whole foreground group, and we decide who stops first.
    this.#process = fork(script, args, {
      cwd,
      env,
      execArgv: flags,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#process.on('message', (message) => {
      this.#early.push(/** @type {ChildMessage} */ (message));
      for (const listener of this.#listeners) listener(/** @type {ChildMessage} */ (message));
    });
    /** @type {Promise<Exit>} */
    this.exited = new Promise((resolve) => {
      this.#process.on('error', () => {}); // a message to a child that is just ending
      this.#process.on('exit', (code, signal) => {
        this.#hasExited = true;
        resolve({ code, signal });
      });
    });
  }

  get pid() {
    return this.#process.pid;
  }

  /**
   * The first message of the child, or its exit without one.
   * @returns {Promise<ChildMessage | Exit>}
   */
  firstMessage() {
    const heard = new Promise((resolve) => {
      if (this.#early[0]) resolve(this.#early[0]);
      else this.#listeners.push(resolve);
    });
    // A message and the exit may arrive together, and the message says more.
    return Promise.race([heard, this.exited.then(async (exit) => this.#early[0] ?? exit)]);
  }

  /** @returns {Promise<ChildMessage>} a fault after the start */
  fault() {
    return new Promise((resolve) => {
      this.#listeners.push((message) => {
        if (message.type === 'fault') resolve(message);
      });
    });
  }

  /**
   * Asks it to stop, and insists after a while.
   * @param {number} patience milliseconds
   */
  async stop(patience) {
    if (this.#hasExited) return;
    this.#process.kill('SIGTERM');
    const insist = setTimeout(() => this.#process.kill('SIGKILL'), patience);
    await this.exited;
    clearTimeout(insist);
  }
}
