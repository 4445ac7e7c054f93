/** While a hold lasts the server removes no content from the disk. It runs out by itself when we are killed. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Fault } from '../workspace/fault.mjs';

const LASTS = '10 minutes';
const RENEWED_EVERY = 60_000;
/** A connection that broke is made again until the hold has run out. */
const TRIED_EVERY = 2_000;
/** Taking it waits for a removal that is just going on, and renewing likewise. */
const PATIENCE = 30_000;

const TAKE = `INSERT INTO holds (id, reason, until) VALUES ($1, 'backup', clock_timestamp() + interval '${LASTS}')`;
// The clock is read after the wait for the table's lock: a hold that ran out meanwhile is not revived.
const RENEW = `UPDATE holds SET until = clock_timestamp() + interval '${LASTS}' WHERE id = $1 AND until > clock_timestamp()`;
const RELEASE = 'DELETE FROM holds WHERE id = $1';

const lost = () =>
  new Fault(
    'The hold on removals ran out, so files may have been removed while they were copied; run the backup again.',
  );

/**
 * @param {string} url
 * @returns {Promise<pg.Client>}
 */
export async function connect(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, lock_timeout: PATIENCE });
  client.on('error', () => {}); // the next statement fails with it
  await client.connect();
  return client;
}

export class Hold {
  #id = randomBytes(16).toString('base64url');
  #lost = new AbortController();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  /** @type {Promise<void>} */
  #running = Promise.resolve();
  #released = false;
  #url;

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
  }

  /**
   * @param {string} url
   * @returns {Promise<Hold>} taken and committed
   * @throws {Fault} when the database has no table for it yet
   */
  static async take(url) {
    const hold = new Hold(url);
    try {
      await hold.#say(TAKE);
    } catch (error) {
      if (/** @type {{ code?: string }} */ (error).code !== '42P01') throw error;
      throw new Fault(
        'The database was made by an older Stowage; start this one once with npm start, then run the backup again.',
      );
    }
    hold.#plan(RENEWED_EVERY);
    return hold;
  }

  /** Aborted, with a fault as the reason, when the hold could not be kept. */
  get lost() {
    return this.#lost.signal;
  }

  /**
   * Renews it now: what was read before this returns was held all the time.
   * @throws {Fault} when it had run out
   */
  async confirm() {
    if ((await this.#say(RENEW)) === 0) throw lost();
  }

  /** Gives it up; when the database is away it runs out by itself. */
  async release() {
    this.#released = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#say(RELEASE).catch(() => {});
  }

  /** @param {number} ms */
  #plan(ms) {
    if (this.#released) return;
    this.#timer = setTimeout(() => (this.#running = this.#renew()), ms);
  }

  async #renew() {
    try {
      if ((await this.#say(RENEW)) > 0) this.#plan(RENEWED_EVERY);
      else this.#lost.abort(lost());
    } catch {
      this.#plan(TRIED_EVERY); // the database may be starting again; it decides whether the hold still stands
    }
  }

  /**
   * A connection of its own each time: once a minute, and none that may have broken meanwhile.
   * @param {string} statement
   * @returns {Promise<number>} rows changed
   */
  async #say(statement) {
    const client = await connect(this.#url);
    try {
      return (await client.query(statement, [this.#id])).rowCount ?? 0;
    } finally {
      await client.end().catch(() => {});
    }
  }
}
