import PgBoss from 'pg-boss';
import type { PoolConfig } from 'pg';
import { databaseErrorCode } from '../database/database-errors.js';
import { directly } from '../database/direct-connection.js';
import { StartFault } from '../start-fault.js';
import { MOST_SECONDS, type Job } from './job.js';

const DAY_SECONDS = 86_400;
const INSUFFICIENT_PRIVILEGE = '42501';
/** Names the advisory lock of whoever makes tables and queues; not that of the migrations. */
const MAKING = 1_764_000_001;

/** A run that the queue has handed to this process. */
export interface Turn {
  readonly id: string;
}

/**
 * The queues of jobs, kept by pg-boss in a schema of its own. We ask it for turns ourselves: its own workers do not wait
 * for the statement that ends a turn, and a database that is away at that moment would end the process.
 */
export class JobQueue {
  private readonly boss: PgBoss;

  /** @param onError hears of connections that broke while nobody used them */
  constructor(
    private readonly url: string,
    onError: (error: unknown) => void,
  ) {
    const options: PgBoss.ConstructorOptions & PoolConfig = {
      connectionString: url,
      application_name: 'stowage jobs',
      max: 3,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 30_000,
      lock_timeout: 5_000,
      // Also after a start that failed, of which pg-boss closes nothing.
      allowExitOnIdle: true,
      schedule: false,
      supervise: false,
      // Not shorter than the longest period of a job: the row of its last run says when the next one is due.
      archiveCompletedAfterSeconds: DAY_SECONDS,
      deleteAfterSeconds: DAY_SECONDS,
    };
    this.boss = new PgBoss(options);
    this.boss.on('error', onError);
  }

  /**
   * Makes the tables when they are missing, and a queue for each job.
   * @throws StartFault when the database's user may not
   */
  async open(jobs: readonly Job[]): Promise<void> {
    // One process after the other: making queues side by side, pg-boss runs into deadlocks.
    await directly(this.url, async (client) => {
      await client.query('SELECT pg_advisory_lock($1)', [MAKING]);
      await this.make(jobs);
    });
  }

  private async make(jobs: readonly Job[]): Promise<void> {
    try {
      await this.boss.start();
    } catch (error) {
      if (databaseErrorCode(error) !== INSUFFICIENT_PRIVILEGE) throw error;
      throw new StartFault(
        'The database user may not create the schema "pgboss", where the server keeps its jobs: ' +
          'run GRANT CREATE ON DATABASE for it.',
        { cause: error },
      );
    }
    // `stately`: at most one turn waits and one is taken, whoever asks and however often.
    for (const { name } of jobs) await this.boss.createQueue(name, { name, policy: 'stately' });
  }

  /** Asks for a turn as soon as possible. */
  async ask(job: Job): Promise<void> {
    await this.boss.send(job.name, {}, optionsOf(job));
  }

  /** Asks for the turn of the current period, which all processes together get once. */
  async askForPeriod(job: Job): Promise<void> {
    await this.boss.send(job.name, {}, { ...optionsOf(job), singletonSeconds: job.everySeconds });
  }

  /** Takes the turn that waits; null when there is none, or another one is still taken. */
  async take(job: Job): Promise<Turn | null> {
    const [turn] = await this.boss.fetch(job.name);
    return turn === undefined ? null : { id: turn.id };
  }

  /** Gives a turn back. */
  async end(job: Job, turn: Turn, succeeded: boolean): Promise<void> {
    await (succeeded ? this.boss.complete(job.name, turn.id) : this.boss.fail(job.name, turn.id));
  }

  /** Ends the turns that were taken for longer than their jobs may run: whoever took them is dead. */
  async endOverdue(): Promise<void> {
    await this.boss.expire();
  }

  /** Removes the rows of old turns. */
  async tidy(): Promise<void> {
    await this.boss.maintain();
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.boss.stop({ graceful: false });
  }
}

function optionsOf(job: Job): PgBoss.SendOptions {
  // A failed turn is not repeated: the next period has one of its own.
  return { expireInSeconds: job.mostSeconds ?? MOST_SECONDS, retryLimit: 0 };
}
