import type { SentFile } from '@stowage/contract';
import type { Clock } from './clock.js';
import type { ProblemError } from './problem-error.js';
import { RateMeter } from './rate-meter.js';
import { Throttle } from './throttle.js';
import { type TransferSnapshot, type TransferState, queuedTransfer } from './transfer.js';

/** Snapshots come at most this often, besides one at every change of state. */
const SNAPSHOT_INTERVAL_MS = 250;
/** A silent transfer is looked at this often, so that a speed shown falls when nothing moves. */
const HEARTBEAT_MS = 1_000;

/** What the reporter asks of the transfer whenever it makes a snapshot. */
export interface TransferFigures {
  readonly acknowledged: number;
  readonly inFlight: number;
  readonly uploadId: string | null;
  readonly checked: number | null;
  readonly file: SentFile | null;
}

/** Holds the state of one transfer and tells watchers about it, often enough and not more. */
export class TransferReporter {
  #state: TransferState = 'queued';
  #problem: ProblemError | null = null;
  #snapshot: TransferSnapshot;
  #stopHeartbeat = (): void => undefined;
  readonly #rate = new RateMeter();
  readonly #listeners = new Set<(snapshot: TransferSnapshot) => void>();
  readonly #throttle: Throttle;

  constructor(
    private readonly length: number,
    private readonly clock: Clock,
    private readonly figures: () => TransferFigures,
  ) {
    this.#throttle = new Throttle(clock, SNAPSHOT_INTERVAL_MS, () => this.#emit());
    this.#snapshot = queuedTransfer(length);
  }

  get state(): TransferState {
    return this.#state;
  }

  get snapshot(): TransferSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: TransferSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Changes the state and tells it at once; the problem is why it waits or failed. */
  enter(state: TransferState, problem: ProblemError | null = null): void {
    this.#state = state;
    this.#problem = problem;
    this.#throttle.flush();
  }

  /** Notes that figures changed. What moves ends a wait, or the step before. */
  moved(doing: 'checking' | 'sending' = 'sending'): void {
    if (this.#state === doing) this.#throttle.request();
    else if (this.#state === 'waiting' || doing === 'checking') this.enter(doing);
  }

  /** Tells the figures now, whatever the rate. */
  report(): void {
    this.#throttle.flush();
  }

  /** Begins. */
  begin(state: 'checking' | 'sending'): void {
    this.#rate.reset();
    this.enter(state);
    this.#beat();
  }

  /** Measures from now on: what is there already is no speed. */
  measure(): void {
    this.#rate.reset();
    this.enter('sending');
  }

  /** Ends in a state that lasts. */
  end(state: 'complete' | 'failed' | 'cancelled', problem: ProblemError | null = null): void {
    this.#stopHeartbeat();
    this.enter(state, problem);
  }

  #beat(): void {
    this.#stopHeartbeat = this.clock.after(HEARTBEAT_MS, () => {
      if (this.#state === 'sending') this.#throttle.request();
      this.#beat();
    });
  }

  #emit(): void {
    const { acknowledged, inFlight, uploadId, checked, file } = this.figures();
    const moving = this.#state === 'sending';
    if (moving) this.#rate.sample(acknowledged + inFlight, this.clock.now());
    this.#snapshot = {
      state: this.#state,
      length: this.length,
      acknowledged: this.#state === 'complete' ? this.length : acknowledged,
      inFlight: moving || this.#state === 'waiting' ? inFlight : 0,
      bytesPerSecond: moving ? this.#rate.bytesPerSecond : null,
      secondsLeft: moving ? this.#rate.secondsFor(this.length - acknowledged - inFlight) : null,
      checked,
      problem: this.#problem,
      uploadId,
      file,
    };
    for (const listener of this.#listeners) listener(this.#snapshot);
  }
}
