import { Injectable, computed, inject, signal } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import { MAX_OPERATION_ENTRIES, type Operation, type OperationAction, type OperationWish } from '@stowage/contract';
import { API } from '../session/server.js';

/** How long after one look at an operation the next one follows, at first and at most. */
const FIRST_LOOK_MS = 150;
const LAST_LOOK_MS = 2_000;

/** Something done with many entries: one operation of the server, or several one after the other. */
export interface OperationRun {
  /** Of the page, not of the server. */
  readonly id: number;
  readonly action: OperationAction;
  readonly state: Operation['state'];
  /** Entries to go through, those in folders too; null: not counted yet. */
  readonly total: number | null;
  readonly done: number;
  readonly failed: number;
  readonly failures: Operation['failures'];
  /** Why the server did not even begin, or cannot be asked how far it is. */
  readonly problem: ProblemError | null;
  /** What was asked for; null for what the page did not begin itself. */
  readonly wish: OperationWish | null;
}

/** Has the server do things with many entries, and watches it. */
@Injectable({ providedIn: 'root' })
export class Operations {
  private readonly api = inject(API);
  readonly #runs = signal<readonly OperationRun[]>([]);
  /** Ids on the server of what is running, by those of the page. */
  readonly #running = new Map<number, string>();
  readonly #stopped = new Set<number>();
  #made = 0;

  /** What runs, and what has ended and was not dismissed; the newest first. */
  readonly runs = this.#runs.asReadonly();
  readonly isBusy = computed(() => this.#runs().some(({ state }) => state === 'running'));

  /**
   * Begins something with any number of entries. Resolves with how it ended, also when the server refused to begin; never
   * rejects.
   */
  async start(wish: OperationWish): Promise<OperationRun> {
    const run = this.begin(wish.action, wish.entries.length, wish);
    const batches = Math.ceil(wish.entries.length / MAX_OPERATION_ENTRIES);
    for (let batch = 0; batch < batches && !this.#stopped.has(run); batch += 1) {
      const at = batch * MAX_OPERATION_ENTRIES;
      const entries = wish.entries.slice(at, at + MAX_OPERATION_ENTRIES);
      const isOver = await this.go(
        run,
        () => this.api.entries.operate({ ...wish, entries }),
        wish.entries.length - at - entries.length,
      );
      if (!isOver) break;
    }
    return this.end(run);
  }

  /** Watches an operation that another request begins, such as emptying the trash. Never rejects. */
  async watch(action: OperationAction, request: () => Promise<Operation>): Promise<OperationRun> {
    const run = this.begin(action, null, null);
    await this.go(run, request, 0);
    return this.end(run);
  }

  /** Asks which operations run that were begun before this page was opened, and watches them. */
  async find(): Promise<void> {
    const { operations } = await this.api.entries.listOperations();
    const known = new Set(this.#running.values());
    for (const operation of operations) {
      if (operation.state !== 'running' || known.has(operation.id)) continue;
      void this.watch(operation.action, () => Promise.resolve(operation));
    }
  }

  /** Stops one; what is done stays done. */
  async cancel(id: number): Promise<void> {
    this.#stopped.add(id);
    const running = this.#running.get(id);
    if (running === undefined) return;
    try {
      await this.api.entries.cancelOperation(running);
    } catch (error) {
      this.change(id, { problem: toProblem(error) });
    }
  }

  /** Takes one off the list that has ended. */
  dismiss(id: number): void {
    this.#runs.update((runs) => runs.filter((run) => run.id !== id || run.state === 'running'));
  }

  private begin(action: OperationAction, total: number | null, wish: OperationWish | null): number {
    const id = ++this.#made;
    const run: OperationRun = {
      ...{ id, action, total, wish },
      ...{ state: 'running', done: 0, failed: 0, failures: [], problem: null },
    };
    this.#runs.update((runs) => [run, ...runs]);
    return id;
  }

  /** @returns false when nothing more is to be begun */
  private async go(id: number, request: () => Promise<Operation>, later: number): Promise<boolean> {
    const before = this.get(id);
    try {
      let operation = await request();
      this.#running.set(id, operation.id);
      if (this.#stopped.has(id) && operation.state === 'running') void this.cancel(id);
      for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, LAST_LOOK_MS)) {
        this.take(id, before, operation, later);
        if (operation.state !== 'running') return operation.state === 'done';
        await new Promise((resolve) => setTimeout(resolve, wait));
        operation = await this.look(id, operation);
      }
    } catch (error) {
      this.change(id, { problem: toProblem(error) });
      return false;
    } finally {
      this.#running.delete(id);
    }
  }

  // A server that is away goes on when it is back: that it does not answer is no end.
  private async look(id: number, operation: Operation): Promise<Operation> {
    try {
      const now = await this.api.entries.operation(operation.id);
      this.change(id, { problem: null });
      return now;
    } catch (error) {
      const problem = toProblem(error);
      if (!problem.retryable) throw problem;
      this.change(id, { problem });
      return operation;
    }
  }

  private take(id: number, before: OperationRun, { total, done, failed, failures }: Operation, later: number): void {
    this.change(id, {
      total: total === null ? null : before.done + total + later,
      done: before.done + done,
      failed: before.failed + failed,
      failures: [...before.failures, ...failures],
    });
  }

  private end(id: number): OperationRun {
    const isCancelled = this.#stopped.delete(id) && this.get(id).done < (this.get(id).total ?? Infinity);
    this.change(id, { state: isCancelled ? 'cancelled' : 'done' });
    return this.get(id);
  }

  private change(id: number, changes: Partial<OperationRun>): void {
    this.#runs.update((runs) => runs.map((run) => (run.id === id ? { ...run, ...changes } : run)));
  }

  private get(id: number): OperationRun {
    const run = this.#runs().find((candidate) => candidate.id === id);
    if (run === undefined) throw new Error(`There is no run ${id}.`);
    return run;
  }
}
