import { describe, expect, it } from '@jest/globals';
import { ago, inTime, timeSpan } from './time-span.js';

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

  it.each([
    ['2026-01-09T11:59:00Z', 'in 6 days'],
    ['2026-01-04T12:00:00Z', 'in 2 days'],
    ['2026-01-03T13:30:00Z', 'in 25 hours'],
    ['2026-01-02T13:00:00Z', 'in 1 hour'],
    ['2026-01-02T12:05:59Z', 'in 5 minutes'],
    ['2026-01-02T12:00:59Z', 'at any moment'],
    ['2026-01-01T12:00:00Z', 'at any moment'],
  ])('says that %s is %s', (then, text) => {
    expect(plain(inTime(new Date(then), new Date('2026-01-02T12:00:00Z')))).toBe(text);
  });
});
