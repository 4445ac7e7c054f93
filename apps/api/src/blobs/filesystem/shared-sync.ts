interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One sync for all who wait at the same time. Whoever comes while one runs waits for the next, which serves all of them:
 * the running one may have begun before their bytes were written.
 *
 * A sync that fails fails everyone who waits, those for the next one too: the kernel may have given up their bytes along
 * with the others', and a second sync would not say so.
 */
export class SharedSync {
  private waiting: Waiter[] = [];
  private running = false;

  /** @param sync makes durable what was written before it begins */
  constructor(private readonly sync: () => Promise<void>) {}

  /** True while nobody waits. */
  get idle(): boolean {
    return !this.running;
  }

  /** Settles when a sync that began after this call has ended; rejects with its error. */
  done(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) {
      const served = this.waiting.splice(0);
      try {
        await this.sync();
        for (const { resolve } of served) resolve();
      } catch (error) {
        for (const { reject } of [...served, ...this.waiting.splice(0)]) reject(error);
      }
    }
    this.running = false;
  }
}
