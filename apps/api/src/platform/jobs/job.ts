/** Work that the server does by itself, again and again. */
export interface Job {
  /** Kebab-case; also the name of its queue. */
  readonly name: string;
  /** Seconds from one run to the next, 1 to 86 400. It also runs soon after each start. */
  readonly everySeconds: number;
  /**
   * Seconds that one run may take; then its signal is aborted. A run whose process was killed keeps the next one waiting
   * for as long, so this is small, and work that takes longer is cut into slices. Default 60.
   */
  readonly mostSeconds?: number;
  /**
   * Does the work. Whatever it leaves undone is done by the next run. Correct also beside another run of itself: one at
   * a time is what the queue sees to, but a process that hung may wake up.
   * @param signal aborted when the server stops and when the time is up: the run then ends soon
   * @throws anything; it is logged, and the next run comes as if nothing had happened
   */
  run(signal: AbortSignal): Promise<void>;
}

/** Seconds that a run may take when its job says nothing else. */
export const MOST_SECONDS = 60;
