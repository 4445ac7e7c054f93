/** Time constant of the smoothing: a change of speed is two thirds visible after this long. */
const SMOOTHING_MS = 3_000;
/** Samples closer together than this are taken as one. */
const MIN_INTERVAL_MS = 200;
/** Before this much time has been seen, a speed would be a guess. */
const WARM_UP_MS = 1_000;

/** A smoothed speed from a byte count that grows. A count that falls (a chunk was lost on its way) only sets a new base. */
export class RateMeter {
  #base: { readonly bytes: number; readonly at: number } | null = null;
  #rate = 0;
  #seenMs = 0;

  /** Notes the count at a time in milliseconds. */
  sample(bytes: number, now: number): void {
    if (this.#base === null || bytes < this.#base.bytes) {
      this.#base = { bytes, at: now };
      return;
    }
    const elapsed = now - this.#base.at;
    if (elapsed < MIN_INTERVAL_MS) return;
    const current = ((bytes - this.#base.bytes) / elapsed) * 1000;
    // The first interval has nothing to be smoothed with; weighing by the time seen makes up for the start from zero.
    const weight = Math.max(1 - Math.exp(-elapsed / SMOOTHING_MS), elapsed / (this.#seenMs + elapsed));
    this.#rate += (current - this.#rate) * Math.min(1, weight);
    this.#seenMs = Math.min(this.#seenMs + elapsed, SMOOTHING_MS * 10);
    this.#base = { bytes, at: now };
  }

  /** Bytes a second; null until it is worth showing. */
  get bytesPerSecond(): number | null {
    return this.#seenMs < WARM_UP_MS ? null : this.#rate;
  }

  /** Seconds that `bytes` more will take; null when that cannot be said. */
  secondsFor(bytes: number): number | null {
    const rate = this.bytesPerSecond;
    return rate === null || rate < 1 ? null : bytes / rate;
  }

  /** Forgets everything, for a transfer that begins again. */
  reset(): void {
    this.#base = null;
    this.#rate = 0;
    this.#seenMs = 0;
  }
}
