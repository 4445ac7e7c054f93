/** Does things one after the other: those of one key in the order in which they were asked for, those of others meanwhile. */
export class InOrder {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** True while something is done or waits for this key. */
  has(key: string): boolean {
    return this.tails.has(key);
  }

  /** Does something when everything before it has been done, whether or not that succeeded. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.tails.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.tails.get(key) === mine) this.tails.delete(key);
    }
  }

  /** Waits until everything asked for so far has been done. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.tails.values());
  }
}
