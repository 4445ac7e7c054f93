import {
  ProblemError,
  type QueueTotals,
  type Transfer,
  type TransferSnapshot,
  type TransferState,
} from '@stowage/client';

const NOTHING = { files: 0, length: 0, acknowledged: 0, inFlight: 0 };

/** A snapshot in a state, half way through a megabyte. */
export function snapshot(state: TransferState, more: Partial<TransferSnapshot> = {}): TransferSnapshot {
  return {
    state,
    length: 1_000_000,
    acknowledged: 500_000,
    inFlight: 0,
    bytesPerSecond: null,
    secondsLeft: null,
    checked: null,
    problem: null,
    uploadId: null,
    file: null,
    ...more,
  };
}

/** A transfer with a snapshot. */
export function transfer(name: string, look: TransferSnapshot, path = '', space: string | null = null): Transfer {
  return { id: 1, name, path, space, continues: false, snapshot: look };
}

/** A refusal as the server words it. */
export function refused(code: string, title: string, detail: string): ProblemError {
  return new ProblemError({ type: `urn:stowage:problem:${code}`, code, title, detail, status: 409, retryable: false });
}

/** Totals of a run: files wanted and done, bytes wanted and acknowledged. */
export function totals(unsettled: number, run: Partial<QueueTotals['run']> = {}): QueueTotals {
  const byState = {
    queued: NOTHING,
    checking: NOTHING,
    sending: { ...NOTHING, files: unsettled },
    waiting: NOTHING,
    completing: NOTHING,
    complete: NOTHING,
    failed: NOTHING,
    cancelled: NOTHING,
  };
  const whole = { files: unsettled, filesDone: 0, length: 1_000, acknowledged: 0, inFlight: 0, ...run };
  return { byState, unsettled, run: whole, bytesPerSecond: null, secondsLeft: null };
}
