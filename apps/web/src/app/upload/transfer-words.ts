import type { TransferSnapshot, TransferState } from '@stowage/client';
import { byteRate, byteSize, bytesOf, percent } from '../ui/byte-size.js';
import type { IconName } from '../ui/icon.js';
import { timeSpan } from '../ui/time-span.js';

/** How a state looks: never by colour alone. */
export interface StateLook {
  readonly text: string;
  readonly icon: IconName;
}

const LOOKS: Readonly<Record<TransferState, StateLook>> = {
  queued: { text: 'Queued', icon: 'clock' },
  checking: { text: 'Comparing', icon: 'refresh' },
  sending: { text: 'Sending', icon: 'upload' },
  waiting: { text: 'Waiting', icon: 'clock' },
  completing: { text: 'Checking', icon: 'refresh' },
  complete: { text: 'Complete', icon: 'check' },
  failed: { text: 'Failed', icon: 'alert' },
  cancelled: { text: 'Cancelled', icon: 'minus' },
};

/** Word and picture of a state. */
export function lookOf(state: TransferState): StateLook {
  return LOOKS[state];
}

const CHECKING = 'Checking what is already there…';

/** What a row says about bytes, speed and time, in as many words as there is something to say. */
export function figuresOf(snapshot: TransferSnapshot): readonly string[] {
  const { state, length, acknowledged, bytesPerSecond, secondsLeft, checked } = snapshot;
  if (state === 'checking') {
    return [CHECKING, checked === null ? byteSize(length) : bytesOf(checked, acknowledged)];
  }
  const untouched = acknowledged === 0 && state !== 'sending' && state !== 'waiting';
  if (state === 'complete' || state === 'completing' || untouched) return [byteSize(length)];
  const figures = [bytesOf(acknowledged, length)];
  if (bytesPerSecond !== null) figures.push(byteRate(bytesPerSecond));
  if (secondsLeft !== null) figures.push(`${timeSpan(secondsLeft)} left`);
  return figures;
}

/** The progress of a transfer for those who hear it. */
export function progressWords(snapshot: TransferSnapshot): string {
  const done = `${percent(snapshot.acknowledged, snapshot.length)} percent`;
  if (snapshot.state === 'checking') {
    return `Checking what is already there, ${percent(snapshot.checked ?? 0, snapshot.acknowledged)} percent`;
  }
  if (snapshot.state === 'completing') return 'All sent, the server is checking the file';
  if (snapshot.state === 'waiting') return `${done}, waiting`;
  return snapshot.secondsLeft === null ? done : `${done}, ${timeSpan(snapshot.secondsLeft)} left`;
}
