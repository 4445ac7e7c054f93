import { describe, expect, it } from '@jest/globals';
import { byteSize, bytesOf, exactBytes, percent } from './byte-size.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('sizes in words', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1_000, '1 kB'],
    [12_345_678, '12.3 MB'],
    [999_499, '999 kB'],
    [999_999, '1 MB'],
    [1_073_741_824, '1.07 GB'],
    [16 * 2 ** 40, '17.6 TB'],
  ])('%i is %s', (bytes, text) => {
    expect(plain(byteSize(bytes))).toBe(text);
  });

  it('uses one unit for a part and its whole', () => {
    expect(plain(bytesOf(12_400_000, 960_000_000))).toBe('12.4 of 960 MB');
    expect(plain(bytesOf(0, 1_500_000_000))).toBe('0 of 1.5 GB');
  });

  it('can be exact', () => {
    expect(exactBytes(1)).toBe('1 byte');
    expect(exactBytes(1_073_741_824)).toBe('1,073,741,824 bytes');
  });

  it('does not round up to done', () => {
    expect(percent(999, 1_000)).toBe(99);
    expect(percent(1_000, 1_000)).toBe(100);
    expect(percent(0, 0)).toBe(0);
  });
});
