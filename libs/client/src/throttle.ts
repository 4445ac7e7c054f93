import type { Clock } from './clock.js';

/** Runs a task as often as it is asked to, but at most once per interval; the last request is never lost. */
export class Throttle {
  #lastRun = -Infinity;
  #cancel: (() => void) | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: number,
    private readonly task: () => void,
  ) {}

  /** Runs the task once the interval since the last run is over; never before the caller has returned. */
  request(): void {
    if (this.#cancel !== null) return;
    const wait = Math.max(0, this.#lastRun + this.intervalMs - this.clock.now());
    this.#cancel = this.clock.after(wait, () => this.flush());
  }

  /** Runs the task now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#lastRun = this.clock.now();
    this.task();
  }
}
