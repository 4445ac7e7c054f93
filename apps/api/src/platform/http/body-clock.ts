import { ProblemError } from './problem-error.js';

/** How slowly a body may arrive. */
export interface BodyPace {
  /** Milliseconds without a byte, while we wait for one, after which a body is given up. */
  readonly idleTimeoutMs: number;
  /** Bytes a second; 0: any. A body may fall behind this rate by as long as it may be silent. */
  readonly minRate: number;
}

/**
 * Watches one body: too long without a byte, or too slow for too long. It runs only while we wait for the client: one that
 * waits for our disk, or for its turn, is not to blame. Bytes that come fast once are no credit for later, so a body
 * cannot be held open by a trickle after a fast beginning.
 */
export class BodyClock {
  private timer: NodeJS.Timeout | undefined;
  /** Since when we wait for bytes; null: we do not. */
  private since: number | null = null;
  private received = 0;
  /** How far the body is behind the rate, in milliseconds of waiting. */
  private lagMs = 0;

  /**
   * @param onLate hears why the body is to be ended: `request-timeout` or `too-slow`; then stop the clock
   * @param now monotonic milliseconds
   */
  constructor(
    private readonly pace: BodyPace,
    private readonly onLate: (problem: ProblemError) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** From now on we wait for the client. */
  start(): void {
    this.stop();
    this.since = this.now();
    this.timer = setTimeout(this.onSilence, this.pace.idleTimeoutMs);
  }

  /** We do not wait any more. */
  stop(): void {
    clearTimeout(this.timer);
    if (this.since !== null) this.lagMs += this.now() - this.since;
    this.since = null;
  }

  /** Bytes have come. */
  add(bytes: number): void {
    this.received += bytes;
    if (this.since === null) return;
    this.timer?.refresh();
    const { idleTimeoutMs, minRate } = this.pace;
    if (minRate === 0) return;
    const now = this.now();
    this.lagMs = Math.max(0, this.lagMs + now - this.since - (bytes * 1000) / minRate);
    this.since = now;
    if (this.lagMs <= idleTimeoutMs) return;
    this.onLate(new ProblemError('too-slow', `The body came with less than ${minRate} bytes a second.`));
  }

  private readonly onSilence = (): void => {
    // If it was we who stood still, what has come meanwhile is yet to be read.
    const before = this.received;
    setImmediate(() => {
      if (this.since === null || this.received !== before) return;
      const seconds = this.pace.idleTimeoutMs / 1000;
      this.onLate(new ProblemError('request-timeout', `No bytes arrived for ${seconds} seconds.`));
    });
  };
}
