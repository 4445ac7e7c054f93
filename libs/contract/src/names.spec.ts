import { describe, expect, it } from '@jest/globals';
import { MAX_PATH_DEPTH, nameFault, nameKey, parsePath } from './names.js';

describe('names', () => {
  it.each(['report.pdf', '名前 "x".txt', 'CON', 'trailing. ', '%22', '-rf', 'a'.repeat(255), 'é'.repeat(127)])(
    'stores %j',
    (name) => {
      expect(nameFault(name)).toBeNull();
    },
  );

  it.each(['', '.', '..', 'a/b', 'a\\b', 'a\u0000', 'a\nb', '\u0085', '\ud800', 'a'.repeat(256), 'é'.repeat(128)])(
    'refuses %j',
    (name) => {
      expect(nameFault(name)).not.toBeNull();
    },
  );

  it('compares names without regard to case and normalisation', () => {
    expect(nameKey('\u00c9t\u00e9')).toBe(nameKey('e\u0301T\u00c9'));
    expect(nameKey('STRASSE')).toBe(nameKey('straße'));
    expect(nameKey('ΣΑΣ')).toBe(nameKey('σασ'));
    expect(nameKey('a')).not.toBe(nameKey('b'));
  });
});

describe('paths', () => {
  it('takes a relative path apart', () => {
    expect(parsePath('a/b', 'x')).toEqual({ ok: true, segments: ['a', 'b'] });
    expect(parsePath('', 'x')).toEqual({ ok: true, segments: [] });
    expect(parsePath('a/', 'x')).toEqual({ ok: true, segments: ['a'] });
  });

  it('drops a last segment that is the file itself', () => {
    expect(parsePath('a/x', 'x')).toEqual({ ok: true, segments: ['a'] });
    expect(parsePath('x', 'x')).toEqual({ ok: true, segments: [] });
  });

  it.each(['/a', '../a', 'a/../b', 'a//b', 'a/.', 'a\\b', '/'.repeat(3), 'é/'.repeat(MAX_PATH_DEPTH + 1)])(
    'refuses %j',
    (path) => {
      expect(parsePath(path, 'x').ok).toBe(false);
    },
  );

  it('refuses a path over 4,096 bytes', () => {
    expect(parsePath(Array.from({ length: 20 }, () => 'n'.repeat(250)).join('/'), 'x').ok).toBe(false);
  });
});
