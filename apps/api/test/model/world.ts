import type { DataSource } from 'typeorm';
import { ProblemError } from '../../src/platform/http/problem-error.js';
import { Power } from '../crash/power.js';
import { recordStatements } from '../crash/recorded-database.js';
import { startEngine, type Engine, type Home } from '../engine.js';
import { until } from '../sending.js';
import { connect, serverUrl } from '../test-database.js';

/** What may be had at once. */
export const LIMITS = { quota: 60, mostOpen: 4 };

/** The real thing: a server in a home that outlives it. */
export class World {
  private constructor(
    private readonly home: Home,
    private readonly admin: DataSource,
    public engine: Engine,
  ) {}

  static async open(home: Home): Promise<World> {
    return new World(home, await connect(serverUrl(), 1), await start(home));
  }

  /** Nothing is left of what was before. */
  async clear(): Promise<void> {
    await this.engine.clear();
    await this.engine.setQuota(LIMITS.quota);
  }

  async close(): Promise<void> {
    await this.engine.stop();
    await this.admin.destroy();
  }

  /** Ends the process and starts the next one. */
  async restart(): Promise<void> {
    await this.engine.stop();
    this.engine = await start(this.home);
    await this.engine.boot();
    await this.settle();
  }

  /** Waits until nothing completes any more. */
  async settle(): Promise<void> {
    for (const id of await this.engine.ledger.inState('completing')) await this.engine.completion.settled(id, 20_000);
  }

  /**
   * Does work in a process that dies at a step of it, one of those before and after each statement and each call of the
   * store, and starts the next process. When the work has fewer steps, nothing dies.
   */
  async dieDuring(step: number, work: (engine: Engine) => Promise<unknown>): Promise<boolean> {
    const { engine } = this;
    const power = new Power({ step });
    recordStatements(engine.database, power);
    engine.store.before = (call) => power.call(`begin ${call}`, () => Promise.resolve());
    engine.store.after = (call) => power.call(`end ${call}`, () => Promise.resolve());
    const done = work(engine).catch(() => undefined);
    await Promise.race([power.cut, done.then(() => Promise.race([power.cut, this.settle()]))]);
    const died = power.cutAt !== null;
    // What has not been reached by now would be another command's.
    power.turnOff();
    await this.endTransactions(power);
    power.end();
    await done;
    await this.restart();
    return died;
  }

  /** As they end with the connections of a dead process. */
  private async endTransactions(power: Power): Promise<void> {
    const busy = `FROM pg_stat_activity WHERE datname = $1 AND state <> 'idle'`;
    const which = [new URL(this.home.url).pathname.slice(1)];
    await until(async () => {
      await this.admin.query(`SELECT pg_terminate_backend(pid) ${busy}`, which);
      return power.quiet && (await this.admin.query<unknown[]>(`SELECT 1 ${busy}`, which)).length === 0;
    });
  }
}

function start(home: Home): Promise<Engine> {
  return startEngine(home, 10, undefined, { maxOpenUploads: LIMITS.mostOpen });
}

/** The client of a body that breaks off. */
export class Vanished extends Error {}

/** What a request was answered: a state, or the code of a problem. Anything else is a fault of the server. */
export async function answerOf(request: Promise<{ readonly state: string }>): Promise<string> {
  try {
    return (await request).state;
  } catch (error) {
    if (error instanceof Vanished) return 'broken';
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}
