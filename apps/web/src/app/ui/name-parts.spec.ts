import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameParts, spelledName, splitName } from './name-parts.js';

describe('names that hide something', () => {
  it.each([
    ['photo\u202egnp.exe', 'photo[U+202E]gnp.exe'],
    ['a\u200bb', 'a[U+200B]b'],
    ['\ufeffa', '[U+FEFF]a'],
    ['a\tb\u0085', 'a[U+0009]b[U+0085]'],
    [' a b ', '[U+0020]a b[U+0020]'],
    ['a\u3000', 'a[U+3000]'],
    ['a\u{e0041}', 'a[U+E0041]'],
  ])('%j is shown as %s', (name, shown) => {
    expect(spelledName(name)).toBe(shown);
  });

  it.each(['report.pdf', '名前.txt', 'été', 'שלום.txt', '👩\u200d💻.png', '👍🏽\u200d', 'a b'])(
    '%s is left alone',
    (name) => {
      expect(spelledName(name)).toBe(name);
    },
  );

  it('keeps every character, in order', () => {
    const property = fc.property(fc.string({ unit: 'binary' }), (name) => {
      const shown = nameParts(name).map(({ text, hidden }) =>
        hidden ? String.fromCodePoint(Number.parseInt(text.slice(2), 16)) : text,
      );
      expect(shown.join('')).toBe(name);
    });
    fc.assert(property);
  });
});

describe('cutting long names', () => {
  it('keeps the end whole', () => {
    expect(splitName('a-very-long-name-of-a-film-part-0042.mxf')).toEqual([
      'a-very-long-name-of-a-film-p',
      'art-0042.mxf',
    ]);
    expect(splitName('short.txt')).toEqual(['short.txt', '']);
  });

  it('never cuts through a character, and not at all from right to left', () => {
    const family = '👨\u200d👩\u200d👧';
    const [head, tail] = splitName(family.repeat(30));
    expect(tail).toBe(family.repeat(12));
    expect(head).toBe(family.repeat(18));
    expect(splitName('ש'.repeat(40))).toEqual(['ש'.repeat(40), '']);
  });
});
