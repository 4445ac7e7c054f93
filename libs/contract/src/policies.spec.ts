import { describe, expect, it } from '@jest/globals';
import { bareMediaType, changePolicySchema, extensionsOf, hasExtension, NO_POLICY, policySchema } from './policies.js';

describe('the extensions of a name', () => {
  it.each([
    ['report.pdf', ['pdf']],
    ['Report.PDF', ['pdf']],
    ['backup.tar.gz', ['tar', 'gz']],
    ['invoice.pdf.exe', ['pdf', 'exe']],
    ['evil.exe.', ['exe']],
    ['evil.exe. . ', ['exe']],
    ['evil.exe\u00a0\u2003', ['exe']],
    ['evil.exe .jpg', ['exe', 'jpg']],
    ['evil..exe', ['exe']],
    ['evil.e\u200bxe', ['exe']],
    ['evil.exe\u202e', ['exe']],
    ['.htaccess', ['htaccess']],
    ['README', []],
    ['README...', []],
    ['a.\u00c4', ['\u00e4']],
    ['a.A\u0308', ['\u00e4']],
    ['a.STRASSE', ['strasse']],
    ['a.stra\u00dfe', ['strasse']],
  ])('%j has %j', (name, extensions) => expect(extensionsOf(name)).toEqual(extensions));
});

describe('a name that ends in a wanted extension', () => {
  it.each([
    ['photo.JPG', true],
    ['photo.jpg. .', true],
    ['photo. jpg', true],
    ['photo.png.jpg', true],
    ['.jpg', true],
    ['photo.jpg.exe', false],
    ['photo.\uff2a\uff30\uff27', false],
    ['jpg', false],
    ['', false],
  ])('%j: %j', (name, has) => expect(hasExtension(name, ['jpg'])).toBe(has));
});

describe('a media type', () => {
  it.each([
    ['image/PNG', 'image/png'],
    [' text/plain ; charset=utf-8', 'text/plain'],
    ['', 'application/octet-stream'],
    [';', 'application/octet-stream'],
  ])('%j is compared as %j', (text, bare) => expect(bareMediaType(text)).toBe(bare));
});

describe('a change of a policy', () => {
  it.each([
    NO_POLICY,
    { allowedExtensions: ['jpg', 'tar', '7z', '\u00e4'] },
    { deniedTypes: ['image/*', 'application/vnd.ms-excel.sheet.macroenabled.12', 'application/x+y'] },
    { maxFileSize: 1 },
    { maxFileSize: null, conflict: 'rename' },
  ])('can be %j', (changes) => expect(changePolicySchema.safeParse(changes).success).toBe(true));

  it.each([
    {},
    { allowed: [] },
    ...['', '.jpg', 'JPG', 'tar.gz', ' jpg', 'a/b', 'a\u0000', '\u200b', 'x'.repeat(65), 'A\u0308', '\ud800'].map(
      (extension) => ({ deniedExtensions: [extension] }),
    ),
    ...['*', '*/*', 'image', 'image/', 'Image/png', 'image/png; q=1', 'image/p*', '/png', 'a/b/c'].map((type) => ({
      allowedTypes: [type],
    })),
    { allowedExtensions: Array<string>(101).fill('jpg') },
    { allowedExtensions: 'jpg' },
    ...[0, -1, 1.5, 2 ** 53, '5'].map((maxFileSize) => ({ maxFileSize })),
    { conflict: 'ask' },
  ])('cannot be %j', (changes) => expect(changePolicySchema.safeParse(changes).success).toBe(false));

  it('says what is wrong with which entry', () => {
    const { error } = changePolicySchema.safeParse({ deniedExtensions: ['exe', '.com'] });
    expect(error?.issues).toMatchObject([{ path: ['deniedExtensions', 1], message: /without its dot/u }]);
  });
});

it('what spaces begin with is a policy', () => expect(policySchema.parse(NO_POLICY)).toEqual(NO_POLICY));
