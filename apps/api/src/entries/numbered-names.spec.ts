import { describe, expect, it } from '@jest/globals';
import { nameFault } from '@stowage/contract';
import fc from 'fast-check';
import { numberedName } from './numbered-names.js';

describe('a numbered name', () => {
  it.each([
    ['film.mov', 1, 'film (1).mov'],
    ['film.mov', 12, 'film (12).mov'],
    ['archive.tar.gz', 1, 'archive.tar (1).gz'],
    ['README', 1, 'README (1)'],
    ['.profile', 1, '.profile (1)'],
    ['a.', 1, 'a. (1)'],
    ['film (1).mov', 1, 'film (1) (1).mov'],
    ['a.this is no extension at all', 1, 'a.this is no extension at all (1)'],
  ])('%j, %i is %j', (name, number, numbered) => {
    expect(numberedName(name, number)).toBe(numbered);
  });

  it('is cut between characters where it would be too long', () => {
    expect(numberedName(`${'x'.repeat(251)}.mov`, 1)).toBe(`${'x'.repeat(247)} (1).mov`);
    expect(numberedName('я'.repeat(127), 1)).toBe(`${'я'.repeat(125)} (1)`);
    expect(numberedName('𝒳'.repeat(63), 10)).toBe(`${'𝒳'.repeat(62)} (10)`);
  });

  it('can be stored whenever the name itself can', () => {
    const name = fc.string({ minLength: 1, maxLength: 255, unit: 'grapheme' });
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 9999 }), (text, number) => {
        fc.pre(nameFault(text) === null);
        expect(nameFault(numberedName(text, number))).toBeNull();
        expect(numberedName(text, number)).not.toBe(text);
      }),
    );
  });
});
