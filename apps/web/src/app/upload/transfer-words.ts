import type { TransferSnapshot, TransferState } from '@stowage/client';
import { say } from '../language/say.js';
import { byteRate, byteSize, bytesOf, percent } from '../ui/byte-size.js';
import type { IconName } from '../ui/icon.js';
import { timeSpan } from '../ui/time-span.js';

/** How a state looks: never by colour alone. */
export interface StateLook {
  readonly text: string;
  readonly icon: IconName;
}

const ICONS: Readonly<Record<TransferState, IconName>> = {
  queued: 'clock',
  checking: 'refresh',
  sending: 'upload',
  waiting: 'clock',
  completing: 'refresh',
  complete: 'check',
  failed: 'alert',
  cancelled: 'minus',
};

/** Word and picture of a state. */
export function lookOf(state: TransferState): StateLook {
  return { text: say(`upload.state.${state}`), icon: ICONS[state] };
}

/** What a row says about bytes, speed and time, in as many words as there is something to say. */
export function figuresOf(snapshot: TransferSnapshot): readonly string[] {
  const { state, length, acknowledged, bytesPerSecond, secondsLeft, checked } = snapshot;
  if (state === 'checking') {
    return [say('upload.figures.checking'), checked === null ? byteSize(length) : bytesOf(checked, acknowledged)];
  }
  const untouched = acknowledged === 0 && state !== 'sending' && state !== 'waiting';
  if (state === 'complete' || state === 'completing' || untouched) return [byteSize(length)];
  const figures = [bytesOf(acknowledged, length)];
  if (bytesPerSecond !== null) figures.push(byteRate(bytesPerSecond));
  if (secondsLeft !== null) figures.push(say('upload.figures.left', { time: timeSpan(secondsLeft) }));
  return figures;
}

/** The progress of a transfer for those who hear it. */
export function progressWords(snapshot: TransferSnapshot): string {
  const { state, acknowledged, length, checked, secondsLeft } = snapshot;
  if (state === 'checking')
    return say('upload.figures.checkingPercent', { percent: percent(checked ?? 0, acknowledged) });
  if (state === 'completing') return say('upload.figures.completing');
  const done = percent(acknowledged, length);
  if (state === 'waiting') return say('upload.figures.waiting', { percent: done });
  if (secondsLeft === null) return say('upload.figures.percent', { percent: done });
  return say('upload.figures.percentLeft', { percent: done, time: timeSpan(secondsLeft) });
}
