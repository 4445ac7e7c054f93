import { describe, expect, it } from '@jest/globals';
import { ago, timeSpan } from './time-span.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('times in words', () => {
  it.each([
    [0.4, 'a moment'],
    [41.2, '42 s'],
    [61, '2 min'],
    [3_600, '1 h'],
    [11_160, '3 h 6 min'],
    [90_000, '1 d 1 h'],
  ])('%i seconds are %s', (seconds, text) => {
    expect(plain(timeSpan(seconds))).toBe(text);
  });

  it('says how long ago something was', () => {
    const now = new Date('2026-01-02T12:00:00Z');
    expect(ago(new Date('2026-01-02T11:59:30Z'), now)).toBe('just now');
    expect(plain(ago(new Date('2026-01-02T11:54:30Z'), now))).toBe('5 min ago');
    expect(ago(new Date('2026-01-02T12:00:09Z'), now)).toBe('just now');
  });
});
