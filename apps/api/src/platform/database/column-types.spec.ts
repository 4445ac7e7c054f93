import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ID_PATTERN } from '@stowage/contract';
import { safeInteger, toSafeInteger } from './column-types.js';
import { newId } from './ids.js';

describe('a bigint column', () => {
  it('is read exactly, as far as a double can', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => toSafeInteger(String(value)) === value));
    expect(toSafeInteger('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each(['9007199254740992', '-9007199254740992', '9223372036854775807', '1.5', 'x', 'NaN', 'Infinity'])(
    'is refused rather than rounded: %s',
    (text) => {
      expect(() => toSafeInteger(text)).toThrow(RangeError);
    },
  );

  it('may be null', () => {
    expect(safeInteger.from(null)).toBeNull();
    expect(safeInteger.from('17')).toBe(17);
    expect(safeInteger.to(null)).toBeNull();
    expect(safeInteger.to(17)).toBe(17);
  });
});

describe('an id', () => {
  it('matches the pattern that everything is checked against, and comes once', () => {
    const ids = Array.from({ length: 1000 }, newId);
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) expect(id).toMatch(ID_PATTERN);
  });
});
