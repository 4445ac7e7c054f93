import { isUnsettled, type TransferSnapshot, type TransferState } from './transfer.js';

/** Sums over the transfers of one state; bytes. */
export interface StateTotals {
  readonly files: number;
  readonly length: number;
  readonly acknowledged: number;
  readonly inFlight: number;
}

/** Sums over a queue. */
export interface QueueTotals {
  readonly byState: Readonly<Record<TransferState, StateTotals>>;
  /** Files that still need this program. */
  readonly unsettled: number;
  /**
   * What has been under way since the queue was last idle: files that are complete or still wanted, without those that
   * failed or were cancelled. Zero files when idle and nothing was completed.
   */
  readonly run: {
    readonly files: number;
    readonly filesDone: number;
    readonly length: number;
    readonly acknowledged: number;
    readonly inFlight: number;
  };
  /** Smoothed, all transfers together; null while it would be a guess. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

const STATES: readonly TransferState[] = [
  'queued',
  'checking',
  'sending',
  'waiting',
  'completing',
  'complete',
  'failed',
  'cancelled',
];

type Mutable = { -readonly [Key in keyof StateTotals]: number };
const nothing = (): Mutable => ({ files: 0, length: 0, acknowledged: 0, inFlight: 0 });

/** Keeps sums up to date one transfer at a time, so that ten thousand transfers cost no more to show than ten. */
export class TotalsLedger {
  readonly #byState = Object.fromEntries(STATES.map((state) => [state, nothing()])) as Record<TransferState, Mutable>;
  #runFiles = 0;
  #runBytes = 0;

  /** Replaces what a transfer counted for; null means that it was not, or is no longer, in the queue. */
  replace(before: TransferSnapshot | null, after: TransferSnapshot | null): void {
    const idle = this.unsettled === 0;
    if (before !== null) this.#count(before, -1);
    if (after === null) return;
    if (idle && isUnsettled(after.state)) this.#runFiles = this.#runBytes = 0;
    if (after.state === 'complete' && before?.state !== 'complete') {
      this.#runFiles += 1;
      this.#runBytes += after.length;
    }
    this.#count(after, 1);
  }

  /** Files that are neither complete nor failed nor cancelled. */
  get unsettled(): number {
    return STATES.reduce((sum, state) => sum + (isUnsettled(state) ? this.#byState[state].files : 0), 0);
  }

  /** Copies the sums; speed and time are the caller's. */
  read(): Omit<QueueTotals, 'bytesPerSecond' | 'secondsLeft'> {
    const done = { files: this.#runFiles, length: this.#runBytes, acknowledged: this.#runBytes, inFlight: 0 };
    const run = { ...done, filesDone: this.#runFiles };
    for (const state of STATES) {
      if (!isUnsettled(state)) continue;
      const { files, length, acknowledged, inFlight } = this.#byState[state];
      run.files += files;
      run.length += length;
      run.acknowledged += acknowledged;
      run.inFlight += inFlight;
    }
    const byState = Object.fromEntries(STATES.map((state) => [state, { ...this.#byState[state] }]));
    return { byState: byState as Record<TransferState, StateTotals>, unsettled: this.unsettled, run };
  }

  #count(snapshot: TransferSnapshot, sign: 1 | -1): void {
    const sums = this.#byState[snapshot.state];
    sums.files += sign;
    sums.length += sign * snapshot.length;
    sums.acknowledged += sign * snapshot.acknowledged;
    sums.inFlight += sign * snapshot.inFlight;
  }
}
