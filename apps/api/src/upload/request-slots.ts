import { ProblemError } from '../platform/http/problem-error.js';

/**
 * How long a request waits for a slot: Dropzone takes any refusal for a failure and repeats it at once, so as long as the
 * others get on, but no longer than the clients and proxies that exist are patient.
 */
const MOST_WAIT_MS = 60_000;
/** How long it waits while no slot becomes free at all. */
const MOST_STANDSTILL_MS = 20_000;

/** Bounds how many request bodies are received at once, first come, first served. */
export class RequestSlots {
  private readonly waiting: (() => void)[] = [];
  /** When a slot was last handed on. */
  private movedAt = 0;

  private free: number;

  /** @param all how many bodies are received at once at most */
  constructor(private readonly all: number) {
    this.free = all;
  }

  /** How many bodies more could be received at once. */
  get freeCount(): number {
    return this.free;
  }

  /** How many bodies are received now. */
  get usedCount(): number {
    return this.all - this.free;
  }

  /** How many requests wait for a slot. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /**
   * Waits for a slot.
   * @returns gives the slot back; call it once
   * @throws ProblemError overloaded after 60 s, or after 20 s in which nobody got one
   */
  async acquire(): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await this.turn();
    return () => {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else {
        this.movedAt = performance.now();
        next();
      }
    };
  }

  private turn(): Promise<void> {
    const from = performance.now();
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      const giveUpOrWait = () => {
        const until = Math.min(from + MOST_WAIT_MS, Math.max(from, this.movedAt) + MOST_STANDSTILL_MS);
        const left = Math.ceil(until - performance.now());
        if (left > 0) {
          timer = setTimeout(giveUpOrWait, left);
          return;
        }
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(new ProblemError('overloaded', 'Too many uploads run at once; try again shortly.', { retryAfter: 5 }));
      };
      this.waiting.push(go);
      giveUpOrWait();
    });
  }
}
