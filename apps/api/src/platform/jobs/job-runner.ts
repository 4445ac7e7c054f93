import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIGURATION, LOGGER } from '../config/config.module.js';
import type { Configuration } from '../config/configuration.js';
import { isDatabaseUnavailable } from '../database/database-errors.js';
import { InOrder } from '../in-order.js';
import type { Logger } from '../telemetry/logger.js';
import { JobQueue, type Turn } from './job-queue.js';
import { MOST_SECONDS, type Job } from './job.js';

/** How often the queues are asked, at most. */
const LEAST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 5_000;
const TIDY_EVERY_MS = 3_600_000;
/** How long a run may go on after the server was told to stop. */
const MOST_STOP_MS = 5_000;
/** How long the connections may take to close: those of a database that hangs never do. */
const MOST_CLOSE_MS = 1_000;

/** What became of one run; `null`: another process has the turn. */
type Outcome = { readonly error: Error | null } | null;

/**
 * Runs jobs: each soon after the start and then once a period, one run of a job at a time, whatever processes there are.
 * A fault of a run is logged; the database being away only makes jobs wait.
 */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly jobs = new Map<string, Job>();
  private readonly queue: JobQueue;
  /** What this process does for a job begins when the last thing has ended. */
  private readonly turns = new InOrder();
  private readonly running = new Set<AbortController>();
  /** Turns that could not be given back because the database was away. */
  private readonly unreturned = new Map<Job, { readonly turn: Turn; readonly succeeded: boolean }>();
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  /** What was last told to be wrong with the queues; null: they work. */
  private trouble: string | null = null;
  private tidiedAt = performance.now();

  constructor(
    @Inject(CONFIGURATION) configuration: Configuration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.queue = new JobQueue(configuration.database.url, (error) => {
      this.noteTrouble(error);
    });
  }

  /** Adds a job; before the application has started. */
  register(job: Job): void {
    if (this.jobs.has(job.name)) throw new Error(`There are two jobs ${job.name}.`);
    this.jobs.set(job.name, job);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.open([...this.jobs.values()]);
    for (const job of this.jobs.values()) await this.queue.ask(job);
    this.beatIn(0);
  }

  /**
   * Runs a job now, and waits for the end of a run that began after the call.
   * @returns false when another process is running it; it runs again as soon as that one has ended
   * @throws what the run threw
   */
  async runNow(name: string): Promise<boolean> {
    const job = this.jobs.get(name);
    if (job === undefined) throw new Error(`There is no job ${name}.`);
    const outcome = await this.turns.run(name, async () => {
      await this.queue.endOverdue();
      await this.queue.ask(job);
      return this.takeTurn(job);
    });
    if (outcome === null) return false;
    if (outcome.error !== null) throw outcome.error;
    return true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    for (const run of this.running) run.abort();
    await atMost(MOST_STOP_MS, this.turns.settled());
    await atMost(MOST_CLOSE_MS, this.queue.close());
  }

  private beatIn(ms: number): void {
    if (!this.stopped) this.timer = setTimeout(() => void this.beat(), ms);
  }

  /** Looks after the queues and starts what is due; runs go on while the next beats come. */
  private async beat(): Promise<void> {
    try {
      await this.queue.endOverdue();
      if (performance.now() - this.tidiedAt > TIDY_EVERY_MS) {
        this.tidiedAt = performance.now();
        await this.queue.tidy();
      }
      for (const [job, { turn, succeeded }] of this.unreturned) await this.giveBack(job, turn, succeeded);
      for (const job of this.jobs.values()) {
        await this.queue.askForPeriod(job);
        if (!this.turns.has(job.name)) void this.turns.run(job.name, () => this.takeTurn(job)).catch(this.noteTrouble);
      }
      if (this.trouble !== null) this.logger.info('jobs go on');
      this.trouble = null;
    } catch (error) {
      this.noteTrouble(error);
    }
    this.beatIn(this.pauseMs());
  }

  private pauseMs(): number {
    const shortest = Math.min(...[...this.jobs.values()].map(({ everySeconds }) => everySeconds * 1000));
    return Math.max(LEAST_PAUSE_MS, Math.min(MOST_PAUSE_MS, shortest));
  }

  private async takeTurn(job: Job): Promise<Outcome> {
    if (this.stopped) return null;
    const turn = await this.queue.take(job);
    if (turn === null) return null;
    const outcome = await this.runOnce(job);
    await this.giveBack(job, turn, outcome.error === null);
    return outcome;
  }

  private async runOnce(job: Job): Promise<NonNullable<Outcome>> {
    const run = new AbortController();
    this.running.add(run);
    const timer = setTimeout(
      () => {
        run.abort();
      },
      (job.mostSeconds ?? MOST_SECONDS) * 1000,
    ).unref();
    // Told to stop while the turn was being taken.
    if (this.stopped) run.abort();
    try {
      await job.run(run.signal);
      return { error: null };
    } catch (error) {
      // What a run does not finish because the server stops is no fault.
      if (!this.stopped) this.logger.error({ err: error, job: job.name }, 'job failed, the next run tries again');
      return { error: error instanceof Error ? error : new Error(`The job ${job.name} failed.`, { cause: error }) };
    } finally {
      clearTimeout(timer);
      this.running.delete(run);
    }
  }

  /** What cannot be given back now is tried again at each beat; if the server dies before that, its time runs out. */
  private async giveBack(job: Job, turn: Turn, succeeded: boolean): Promise<void> {
    try {
      await this.queue.end(job, turn, succeeded);
      this.unreturned.delete(job);
    } catch (error) {
      this.unreturned.set(job, { turn, succeeded });
      this.noteTrouble(error);
    }
  }

  /** Tells the same trouble once: what is away for an hour must not fill the log. */
  private readonly noteTrouble = (error: unknown): void => {
    const trouble = error instanceof Error ? error.message : String(error);
    if (this.stopped || trouble === this.trouble) return;
    this.trouble = trouble;
    if (isDatabaseUnavailable(error)) this.logger.warn({ err: error }, 'jobs wait for the database');
    else this.logger.error({ err: error }, 'jobs could not be looked after');
  };
}

/** Waits for work, but not longer than so many milliseconds; its faults are not heard of. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => undefined), elapsed]);
  clearTimeout(timer);
}
