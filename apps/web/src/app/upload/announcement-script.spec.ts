import { describe, expect, it } from '@jest/globals';
import type { Transfer } from '@stowage/client';
import { refused, snapshot, totals, transfer } from '../../../test/queue-states.js';
import { AnnouncementScript } from './announcement-script.js';

const done = (name: string): Transfer => transfer(name, snapshot('complete'));
const failed = (name: string): Transfer =>
  transfer(name, snapshot('failed', { problem: refused('name-taken', 'File already exists', '') }));
const cancelled = (name: string): Transfer => transfer(name, snapshot('cancelled'));

function play(steps: readonly (readonly [ReturnType<typeof totals>, readonly Transfer[], number?])[]): string[] {
  const script = new AnnouncementScript();
  return steps.flatMap(([sums, settled, now = 0]) =>
    script.next(sums, settled, now).map(({ text, urgency }) => (urgency === 'assertive' ? `! ${text}` : text)),
  );
}

describe('what is said of transfers', () => {
  it('is the start, each quarter and the end, once each however often it ticks', () => {
    const ticks = Array.from({ length: 101 }, (_, percent) => [totals(2, { acknowledged: percent * 10 }), []] as const);
    const said = play([...ticks, [totals(0), [done('a'), done('b')]], [totals(0), []], [totals(0), []]]);
    expect(said.map((text) => text.replace('\u00a0', ' '))).toEqual([
      'Uploading 2 files, 1 kB.',
      '25 percent uploaded.',
      '50 percent uploaded.',
      '75 percent uploaded.',
      '2 files uploaded.',
    ]);
  });

  it('is that something is compared first', () => {
    const sums = totals(1);
    const checking = { ...sums, byState: { ...sums.byState, checking: { ...sums.byState.sending, files: 1 } } };
    expect(play([[checking, []]]).map((text) => text.replace('\u00a0', ' '))).toEqual([
      'Uploading 1 file, 1 kB. Checking what is already there.',
    ]);
  });

  it('skips quarters that passed at once', () => {
    expect(
      play([
        [totals(1), []],
        [totals(1, { acknowledged: 800 }), []],
      ]).slice(1),
    ).toEqual(['75 percent uploaded.']);
  });

  it('counts files when there are no bytes to count', () => {
    const said = play([
      [totals(4, { length: 0 }), []],
      [totals(2, { files: 4, filesDone: 2, length: 0 }), []],
    ]);
    expect(said[1]).toBe('50 percent uploaded.');
  });

  it('is a failure at once, and many failures together', () => {
    const said = play([
      [totals(9), []],
      [totals(8), [failed('a.txt')], 1_000],
      [totals(7), [failed('b.txt')], 2_000],
      [totals(6), [failed('c.txt')], 3_000],
      [totals(6), [], 6_100],
      [totals(0), [done('d')], 7_000],
    ]);
    expect(said.slice(1)).toEqual([
      '! a.txt failed: File already exists.',
      '! 2 files failed, first b.txt: File already exists.',
      '1 file uploaded. 3 failed.',
    ]);
  });

  it('tells a file that came and went between two looks', () => {
    expect(play([[totals(0), [done('a')]]])).toEqual(['1 file uploaded.']);
    expect(play([[totals(0), [failed('a')]]])).toEqual(['! a failed: File already exists.', 'No file was uploaded.']);
  });

  it('says when everything was cancelled, and begins anew afterwards', () => {
    const said = play([
      [totals(1), []],
      [totals(0), [cancelled('a')]],
      [totals(1), []],
      [totals(0), [done('a')]],
    ]);
    expect(said.map((text) => text.replace('\u00a0', ' '))).toEqual([
      'Uploading 1 file, 1 kB.',
      'Uploads cancelled.',
      'Uploading 1 file, 1 kB.',
      '1 file uploaded.',
    ]);
  });
});
