import { setTimeout as pause } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { PROBLEMS, type ProblemCode } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { BlobCollector } from '../blobs/blob-collector.js';
import { LOGGER } from '../platform/config/config.module.js';
import { isDatabaseUnavailable } from '../platform/database/database-errors.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { InOrder } from '../platform/in-order.js';
import { JobRunner } from '../platform/jobs/job-runner.js';
import type { Logger } from '../platform/telemetry/logger.js';
import { failureOf } from './folder-copies.js';
import { OperationLedger, type Progress, type Running } from './operation-ledger.js';
import { OperationSteps, type Step } from './operation-steps.js';

const EVERY_SECONDS = 60;
/** Batches made at once: operations take turns, so that a long one does not keep the others. */
const LANES = 2;
const FIRST_PAUSE_MS = 200;
const MOST_PAUSE_MS = 30_000;
/** Faults in a row after which what is left of an operation is given up; the database being away is none. */
const MOST_FAULTS = 8;

/** What became of a batch: the operation has ended, goes on, or has to wait for somebody. */
type Outcome = 'ended' | 'goes-on' | 'waits';

/**
 * Carries operations out, a batch at a time: what a batch changes and how far the operation has come is one transaction. So
 * whoever is killed in between, another process or the next one goes on from there, and it does no harm when two do.
 */
@Injectable()
export class OperationRunner implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly running = new Map<string, Promise<void>>();
  private readonly lanes = new InOrder();
  private readonly stop = new AbortController();
  private turn = 0;

  constructor(
    private readonly ledger: OperationLedger,
    private readonly steps: OperationSteps,
    private readonly collector: BlobCollector,
    private readonly database: DataSource,
    private readonly jobs: JobRunner,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.jobs.register({ name: 'run-operations', everySeconds: EVERY_SECONDS, run: () => this.look() });
  }

  /** What the last process left goes on. */
  async onApplicationBootstrap(): Promise<void> {
    await this.takeUp();
  }

  /** Lets the batches that are being made end. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await Promise.all(this.running.values());
  }

  /** Carries an operation out in the background. Settles, and never fails, when it has ended or has been left to others. */
  start(id: string): Promise<void> {
    const going = this.running.get(id);
    if (going !== undefined) return going;
    const run = this.run(id)
      .catch((error: unknown) => {
        this.logger.error({ err: error, operationId: id }, 'an operation stopped, and is taken up later');
      })
      .finally(() => this.running.delete(id));
    this.running.set(id, run);
    return run;
  }

  /** Takes up what nobody carries out, and forgets what has been over for long. */
  private async look(): Promise<void> {
    await this.takeUp();
    await this.ledger.forgetEnded();
  }

  private async takeUp(): Promise<void> {
    for (const id of await this.ledger.running()) void this.start(id);
  }

  private async run(id: string): Promise<void> {
    let [faults, waits] = [0, 0];
    while (!this.isStopping()) {
      // What fails must not keep what was done together with it from being done.
      const careful = faults > 0;
      try {
        const outcome = await this.lanes.run(String(this.turn++ % LANES), () => this.batch(id, careful));
        if (outcome === 'ended') return;
        faults = 0;
        waits = outcome === 'waits' ? waits + 1 : 0;
        if (waits > 0) await this.wait(waits);
      } catch (error) {
        if (this.isStopping()) return;
        faults = isDatabaseUnavailable(error) ? Math.min(faults + 1, MOST_FAULTS) : faults + 1;
        this.logger.warn({ err: error, operationId: id }, 'a batch of an operation failed and is tried again');
        if (faults > MOST_FAULTS) {
          await this.giveUp(id, error);
          return;
        }
        await this.wait(faults);
      }
    }
  }

  private isStopping(): boolean {
    return this.stop.signal.aborted;
  }

  /** Longer each time; ends with the server. */
  private async wait(times: number): Promise<void> {
    const ms = Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (times - 1));
    await pause(ms, undefined, { signal: this.stop.signal }).catch(() => undefined);
  }

  private async batch(id: string, careful: boolean): Promise<Outcome> {
    if (this.stop.signal.aborted) return 'ended';
    const step = await this.database.transaction(async (manager): Promise<Step | null> => {
      const operation = await this.ledger.hold(manager, id);
      if (operation === null) return null;
      if (operation.cancelRequested) {
        await this.ledger.end(manager, id, 'cancelled');
        return null;
      }
      return this.advance(manager, operation, careful);
    });
    for (const blobId of step?.blobs ?? []) this.collector.soon(blobId);
    if (step === null) return 'ended';
    return step.waits === true ? 'waits' : 'goes-on';
  }

  private async advance(manager: EntityManager, operation: Running, careful: boolean): Promise<Step | null> {
    if (!(await this.steps.isPermitted(manager, operation))) {
      const why = 'Whoever asked for it is not allowed to do it any more.';
      await this.ledger.advance(manager, operation, restOf(operation, 'not-permitted', why));
      await this.ledger.end(manager, operation.id, 'done');
      return null;
    }
    if (operation.total === null) {
      await this.ledger.setTotal(manager, operation.id, await this.steps.count(manager, operation));
      return { over: 0, done: 0, failures: [] };
    }
    const step = await this.steps.next(manager, operation, careful);
    if (step === null) await this.ledger.end(manager, operation.id, 'done');
    else if (step.waits !== true) await this.ledger.advance(manager, operation, step);
    return step;
  }

  /** What cannot be done, however often it is tried, must not go on for ever. */
  private async giveUp(id: string, error: unknown): Promise<void> {
    const [code, detail] =
      error instanceof ProblemError ? [error.code, error.message] : (['internal', PROBLEMS.internal.title] as const);
    this.logger.error({ err: error, operationId: id }, 'the rest of an operation is given up');
    await this.database.transaction(async (manager) => {
      const operation = await this.ledger.hold(manager, id);
      if (operation === null) return;
      await this.ledger.advance(manager, operation, restOf(operation, code, detail));
      await this.ledger.end(manager, id, 'done');
    });
  }
}

/** All that has not been gone through stays as it is. */
function restOf({ entries, position, total, done }: Running, code: ProblemCode, detail: string): Progress {
  const rest = entries.slice(position);
  const count = Math.max(rest.length, (total ?? 0) - done);
  return { over: rest.length, done: count, failed: count, failures: rest.map((id) => failureOf(id, '', code, detail)) };
}
