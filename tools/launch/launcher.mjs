/** Starts the database and the API, waits, and stops them in order: the API first, then its database. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stopOrphans } from '../postgres/orphans.mjs';
import { Fault } from '../workspace/fault.mjs';
import { API_FLAGS } from './api-flags.mjs';
import { box, describeDatabase } from './box.mjs';
import { Child } from './child.mjs';

const API_PATIENCE = 30_000; // the API ends itself after 25 s
const DATABASE_PATIENCE = 60_000;

/**
 * @typedef {object} LaunchPlan
 * @property {string} root
 * @property {string} apiEntry the API's main file
 * @property {string} dataDir absolute
 * @property {NodeJS.ProcessEnv} env
 * @property {import('./stop-request.mjs').StopRequest} stop
 */

/** @typedef {{ type: 'stop' } | { type: 'fault', message: string }} Ending */

/**
 * @param {Child} child
 * @param {string} what
 */
async function whenReady(child, what) {
  const first = await child.firstMessage();
  if ('type' in first && first.type === 'ready') return first;
  if ('type' in first) throw new Fault(first.message ?? `${what} did not start.`);
  throw new Fault(
    `${what} ended while it was starting (${first.signal ?? `exit code ${first.code}`}); see its messages above.`,
  );
}

/**
 * @param {Child} child
 * @param {string} what
 * @returns {Promise<Ending>}
 */
async function unexpectedEnd(child, what) {
  const { code, signal } = await child.exited;
  return {
    type: 'fault',
    message: `${what} ended unexpectedly (${signal ?? `exit code ${code}`}), so Stowage has stopped; start it again with npm start.`,
  };
}

export class Launcher {
  /** @type {Child | undefined} */
  #guardian;
  /** @type {Child | undefined} */
  #api;
  /** @type {string | undefined} */
  #cluster;
  #plan;

  /** @param {LaunchPlan} plan */
  constructor(plan) {
    this.#plan = plan;
  }

  /**
   * Everything from start to stop.
   * @returns {Promise<void>} settles when nothing of ours runs any more
   * @throws {Fault} when it could not start, or something ended by itself
   */
  async run() {
    try {
      const ending = await Promise.race([this.#stopRequested(), this.#start()]);
      if (ending.type === 'fault') throw new Fault(ending.message);
    } finally {
      await this.#stop();
    }
  }

  /** @returns {Promise<Ending>} */
  async #stopRequested() {
    await this.#plan.stop.requested;
    return { type: 'stop' };
  }

  /** @returns {Promise<Ending>} settles when something ends by itself */
  async #start() {
    const { root, apiEntry, dataDir, env, stop } = this.#plan;
    const database = await this.#startDatabase();
    if (stop.signal.aborted) return { type: 'stop' };
    const api = new Child(apiEntry, [], {
      cwd: root,
      env: { ...env, DATABASE_URL: database.url, STOWAGE_DATA_DIR: dataDir },
      flags: API_FLAGS,
    });
    this.#api = api;
    // A database that dies while the API starts makes the API fail: the guardian's own words come first.
    const guardianEnds = this.#guardianEnds();
    const ready = await Promise.race([whenReady(api, 'The API'), guardianEnds]);
    if (ready.type === 'fault') return { type: 'fault', message: ready.message ?? 'The database has failed.' };
    if (!stop.signal.aborted) {
      const { url = '', version = '', setUpLink } = /** @type {import('./child.mjs').ChildMessage} */ (ready);
      process.stdout.write(box({ version, url, setUpLink, dataDir, database: database.description }));
    }
    return Promise.race([unexpectedEnd(api, 'The API'), guardianEnds]);
  }

  /** @returns {Promise<{ url: string, description: string }>} */
  async #startDatabase() {
    const { root, dataDir, env } = this.#plan;
    if (env.DATABASE_URL) return { url: env.DATABASE_URL, description: describeDatabase(env.DATABASE_URL) };
    const folder = path.join(dataDir, 'postgres');
    this.#cluster = path.join(folder, 'cluster');
    const script = fileURLToPath(new URL('./guardian.mjs', import.meta.url));
    this.#guardian = new Child(script, [folder], { cwd: root, env });
    const { url = '', version, cluster = folder } = await whenReady(this.#guardian, 'The guardian of the database');
    this.#cluster = cluster;
    return { url, description: `embedded PostgreSQL ${version} in ${folder}` };
  }

  /** @returns {Promise<Ending>} never settles without an embedded database */
  #guardianEnds() {
    const guardian = this.#guardian;
    if (!guardian) return new Promise(() => {});
    return Promise.race([
      guardian.fault().then((fault) => /** @type {Ending} */ ({ type: 'fault', message: fault.message ?? '' })),
      unexpectedEnd(guardian, 'The guardian of the database'),
    ]);
  }

  async #stop() {
    await this.#api?.stop(API_PATIENCE);
    await this.#guardian?.stop(DATABASE_PATIENCE);
    // A guardian that was killed could not stop its server.
    if (this.#cluster) await stopOrphans(this.#cluster, () => {});
  }
}
