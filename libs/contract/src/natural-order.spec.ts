import { describe, expect, it } from '@jest/globals';
import { sortKey } from './natural-order.js';

/** Byte by byte, as the database compares. */
const sorted = (names: readonly string[]) =>
  [...names].sort((a, b) => Buffer.compare(Buffer.from(sortKey(a)), Buffer.from(sortKey(b))));

describe('the order of names', () => {
  it.each([
    [['file2', 'file10', 'file100']],
    [['a', 'a0', 'a1', 'a2', 'a10', 'ab']],
    [['1.9.10', '1.10.1', '1.10.2']],
    [['2026-01-09', '2026-01-10', '2026-11-01']],
    [['image (2).png', 'image (10).png']],
    [['x' + '9'.repeat(20), 'x1' + '0'.repeat(20)]],
    [['Alpha 1', 'beta 1', 'Beta 2']],
  ])('is %j', (names) => {
    expect(sorted([...names].reverse())).toEqual(names);
    expect(sorted(names)).toEqual(names);
  });

  it('does not see zeros before a number, case or normalisation', () => {
    expect(sortKey('a007')).toBe(sortKey('A7'));
    expect(sortKey('é1')).toBe(sortKey('E\u03011'));
    expect(sortKey('a0')).toBe(sortKey('a000'));
    expect(sortKey('a0')).not.toBe(sortKey('a'));
  });

  it('copes with the longest number that a name can have', () => {
    expect(sortKey('9'.repeat(255))).toBe('255' + '9'.repeat(255));
  });
});
