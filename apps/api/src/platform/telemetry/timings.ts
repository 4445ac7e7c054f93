/** Work whose time is kept: a sync of the disk; the statement that records bytes; the transaction that completes a file. */
export type TimingName = 'sync' | 'chunk_commit' | 'completion_commit';

/** Takes the times of work, for whoever wants to see them: those who do the work need not know who does. */
export class Timings {
  /** @param observe hears how long each took, in seconds, also when it failed */
  constructor(readonly observe: (name: TimingName, seconds: number) => void = () => undefined) {}

  /** Does work and takes its time. */
  async measure<T>(name: TimingName, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.observe(name, (performance.now() - startedAt) / 1000);
    }
  }
}
