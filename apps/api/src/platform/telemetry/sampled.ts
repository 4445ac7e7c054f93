const LEAST_AGE_MS = 5_000;
/** How many times as long as it took to ask, an answer is used: asking takes 5 % of the time at most. */
const COST_FACTOR = 20;
/** Whoever reads the metrics waits no longer than this for one source. */
const PATIENCE_MS = 2_000;

/** Facts that cost something to find out: asked for when somebody looks, and not more often than makes sense. */
export class Sampled<T> {
  private asking: Promise<void> | null = null;
  private value: T | null = null;
  private freshUntil = -Infinity;

  /**
   * @param ask finds out
   * @param now monotonic milliseconds
   */
  constructor(
    private readonly ask: () => Promise<T>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The facts; null when they cannot be had, or not in time. What comes late is there for whoever looks next. */
  async current(patienceMs: number = PATIENCE_MS): Promise<T | null> {
    if (this.now() < this.freshUntil) return this.value;
    this.asking ??= this.renew();
    let timer: NodeJS.Timeout | undefined;
    const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)));
    await Promise.race([this.asking, elapsed]);
    clearTimeout(timer);
    return this.now() < this.freshUntil ? this.value : null;
  }

  private async renew(): Promise<void> {
    const startedAt = this.now();
    try {
      this.value = await this.ask();
    } catch {
      // Readiness tells of the fault; here the facts are left out.
      this.value = null;
    }
    const now = this.now();
    this.freshUntil = now + Math.max(LEAST_AGE_MS, COST_FACTOR * (now - startedAt));
    this.asking = null;
  }
}
