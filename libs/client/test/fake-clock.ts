import type { Clock } from '../src/clock.js';

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { at: number; task: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { at: this.#now + ms, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves on by `ms`, running what is due in order, and letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = Math.max(this.#now, due.at);
      due.task();
      await settle();
    }
    this.#now = end;
  }

  /** Moves on in steps until `condition` holds; fails after `limitMs`. */
  async until(condition: () => boolean, limitMs = 600_000): Promise<void> {
    const end = this.#now + limitMs;
    await settle();
    while (!condition()) {
      if (this.#now >= end) throw new Error(`The condition did not hold within ${limitMs} ms.`);
      await this.advance(50);
    }
  }
}

/** Lets everything that needs no timer happen: promises, and reads of blobs, which take turns of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}
