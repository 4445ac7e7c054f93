/** Runs the load generator. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * @typedef {object} LoadPlan
 * @property {number} port
 * @property {import('./requests.mjs').RequestShape} shape
 * @property {readonly string[]} units what {unit} is
 * @property {number} total bytes of a unit
 * @property {number} chunk bytes of a chunk; 0 for downloads
 * @property {number} streams
 * @property {boolean} shared streams take chunks of all units in turn, rather than a unit each
 */

/**
 * @typedef {object} LoadResult
 * @property {number} bytes
 * @property {number} seconds
 * @property {number} requests
 * @property {number} errors
 * @property {string} firstError
 * @property {number} cpuSeconds of the generator
 * @property {number} endedAt seconds, on the clock of `process.hrtime`
 * @property {number} lastRequestMs of the request that was answered last
 * @property {number} p50Ms
 * @property {number} p90Ms
 * @property {number} p99Ms
 * @property {number} maxMs
 * @property {readonly number[]} tenths seconds that each tenth of the requests took
 */

/** The generator of a run: the program, and a folder for what it reads. */
export class Load {
  #runs = 0;

  /**
   * @param {string} program
   * @param {string} folder
   */
  constructor(program, folder) {
    this.program = program;
    this.folder = folder;
  }

  /**
   * @param {LoadPlan} plan
   * @returns {Promise<LoadResult>}
   * @throws {Error} when an answer was another than it had to be
   */
  async send({ port, shape, units, total, chunk, streams, shared }) {
    const [head, tail] = [path.join(this.folder, 'head'), path.join(this.folder, 'tail')];
    fs.writeFileSync(head, shape.head);
    fs.writeFileSync(tail, shape.tail ?? '');
    const numbers = { port, total, chunk, streams, shared: shared ? 1 : 0 };
    // Content that no run before has sent: a store that keeps equal content once would have less to do.
    const texts = { accept: shape.accept, head, tail, nonce: `${Date.now()}-${this.#runs++}` };
    const args = Object.entries({ ...numbers, ...texts }).flatMap(([name, value]) => [`--${name}`, String(value)]);
    args.push(...units.flatMap((unit) => ['--unit', unit]));
    const { stdout } = await run(this.program, args).catch((/** @type {{ stdout?: string }} */ error) => {
      if (error.stdout) return { stdout: error.stdout }; // its result tells what was wrong
      throw error;
    });
    const result = /** @type {LoadResult} */ (JSON.parse(stdout));
    if (result.errors > 0)
      throw new Error(`${result.errors} of ${result.requests} requests failed: ${result.firstError}`);
    return result;
  }
}
