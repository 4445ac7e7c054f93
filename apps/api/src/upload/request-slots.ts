import { ProblemError } from '../platform/http/problem-error.js';

/** How long a request waits for a slot; Dropzone takes any refusal for a failure and repeats it at once. */
const MOST_WAIT_MS = 10_000;

/** Bounds how many request bodies are received at once, first come, first served. */
export class RequestSlots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** How many bodies more could be received at once. */
  get freeCount(): number {
    return this.free;
  }

  /** How many requests wait for a slot. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /**
   * Waits for a slot.
   * @returns gives the slot back; call it once
   * @throws ProblemError overloaded after 10 s
   */
  async acquire(): Promise<() => void> {
    if (this.free > 0) this.free--;
    else await this.turn();
    return () => {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    };
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(new ProblemError('overloaded', 'Too many uploads run at once; try again shortly.', { retryAfter: 5 }));
      }, MOST_WAIT_MS);
      this.waiting.push(go);
    });
  }
}
