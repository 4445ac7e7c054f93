import { describe, expect, it } from '@jest/globals';
import { MAX_NAME_BYTES, nameKey } from '@stowage/contract';
import fc from 'fast-check';
import { ZipNames, safeZipName } from './zip-names.js';

describe('a name in a ZIP file', () => {
  it.each([
    'report.pdf',
    'cafe\u0301-menu.txt',
    '年度报告.xlsx',
    '👩‍👩‍👧‍👦🏳️‍🌈.jpg',
    '.htaccess',
    '-rf',
    '~root',
    ' leading',
    'a\u200bb.txt',
    'a\u200e\u200fb.txt',
    'con man.txt',
    'console',
    'COM10',
    'com.txt',
    '100% sure; $(id) `x`.txt',
    "it's.txt",
  ])('is as it is stored: %j', (name) => {
    expect(safeZipName(name)).toBe(name);
  });

  it.each([
    ['CON', 'CON_'],
    ['aux.txt', 'aux_.txt'],
    ['Lpt1.tar.gz', 'Lpt1_.tar.gz'],
    ['COM¹', 'COM¹_'],
    ['nul .txt', 'nul_ .txt'],
    ['CONIN$', 'CONIN$_'],
    ['con.', 'con_'],
    ['trailing.', 'trailing_'],
    ['trailing ', 'trailing_'],
    ['dots. . .', 'dots_____'],
    [' ', '_'],
    ['...', '___'],
    ['..', '__'],
    ['.', '_'],
    ['C:file.txt', 'C_file.txt'],
    ['a<b>c"d|e?f*g', 'a_b_c_d_e_f_g'],
    ['..\\..\\etc', '.._.._etc'],
    ['../../etc', '.._.._etc'],
    ['/etc/passwd', '_etc_passwd'],
    ['a\r\nb', 'a__b'],
    ['invoice\u202egnp.exe', 'invoice_gnp.exe'],
    ['\u2066a\u2069', '_a_'],
  ])('has nothing that could not be unpacked: %j', (name, safe) => {
    expect(safeZipName(name)).toBe(safe);
  });

  it('is never longer than a name may be', () => {
    expect(safeZipName(`CON.${'a'.repeat(251)}`)).toBe(`CON_.${'a'.repeat(250)}`);
    expect(safeZipName(`CON.${'🦉'.repeat(62)}abc`)).toBe(`CON_.${'🦉'.repeat(62)}ab`);
  });

  it('can be unpacked, whatever somebody has called a file', () => {
    const wild = fc.string({ unit: fc.constantFrom(...'.. /\\:coNaux1$¹\u202e\u0000\n🦉a'), minLength: 1 });
    fc.assert(
      fc.property(wild, (name) => {
        const safe = safeZipName(name.slice(0, MAX_NAME_BYTES / 4));
        expect(safe).not.toMatch(/[<>:"|?*/\\\u0000-\u001f\u202a-\u202e\u2066-\u2069]|[. ]$|^$/u);
        expect(safe).not.toMatch(/^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/iu);
        expect(safeZipName(safe)).toBe(safe);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('equal names of one folder of a ZIP file', () => {
  it('get numbers, also where they differ only in case', () => {
    const names = new ZipNames();
    expect(['a.txt', 'A.TXT', 'a.txt', 'b', 'a (1).txt'].map((name) => names.take(name))).toEqual([
      'a.txt',
      'A (1).TXT',
      'a (2).txt',
      'b',
      'a (1) (1).txt',
    ]);
  });

  it('get them too when only what is not safe made them differ', () => {
    const names = new ZipNames();
    expect(['a?', 'a*', 'CON', 'con_'].map((name) => names.take(name))).toEqual(['a_', 'a_ (1)', 'CON_', 'con_ (1)']);
  });

  it('are counted once, however many there are', () => {
    const names = new ZipNames();
    const taken = Array.from({ length: 20_000 }, () => nameKey(names.take('a')));
    expect(new Set(taken).size).toBe(20_000);
    expect(taken.at(-1)).toBe('a (19999)');
  });
});
