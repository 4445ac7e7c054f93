import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { contentDigests, contentRange, idempotencyKey, refuseEncoding, uploadOffset } from './rest-headers.js';

/** The result, or the code of the problem. */
function outcome<T>(read: (headers: IncomingHttpHeaders) => T, headers: IncomingHttpHeaders): T | string {
  try {
    return read(headers);
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

const NO_NUMBERS = [
  '',
  '-1',
  '+5',
  '05',
  '5 5',
  '1e3',
  '0x10',
  '10abc',
  '1.0',
  '∞',
  '٣',
  '9007199254740992',
  '9'.repeat(99),
  '0, 0',
  '1,2',
];

describe('Content-Range of a request', () => {
  const read = (value: string) => outcome(contentRange, { 'content-range': value });

  it.each([
    ['bytes 0-0/1', { start: 0, end: 1, length: 1 }],
    ['bytes 0-499/1234', { start: 0, end: 500, length: 1234 }],
    ['BYTES 734-1233/1234', { start: 734, end: 1234, length: 1234 }],
    ['bytes 5-9/*', { start: 5, end: 10, length: null }],
    ['bytes  5-9/10', { start: 5, end: 10, length: 10 }],
    ['bytes 0-9007199254740990/9007199254740991', { start: 0, end: 9007199254740991, length: 9007199254740991 }],
  ])('%j is read', (value, range) => {
    expect(read(value)).toEqual(range);
  });

  it.each([
    'bytes */1234',
    'bytes 0-/10',
    'bytes -5/10',
    'bytes=0-5/10',
    'bytes 0-5',
    'bytes 0-5/',
    'bytes 5-4/10',
    'bytes 0-10/10',
    'bytes 0-0/0',
    'bytes 0 - 5/10',
    'bytes\t0-5/10',
    'items 0-5/10',
    'bytes 0-5/10, bytes 6-9/10',
    'bytes 0-9007199254740991/*',
    'bytes 0-9007199254740992/9007199254740993',
    ...NO_NUMBERS.map((text) => `bytes ${text}-5/10`),
    ...NO_NUMBERS.map((text) => `bytes 0-${text}/10`),
    ...NO_NUMBERS.map((text) => `bytes 0-5/${text}`),
  ])('%j is refused', (value) => {
    expect(read(value)).toBe('invalid-header');
  });

  it('is needed', () => {
    expect(outcome(contentRange, {})).toBe('missing-header');
  });

  it('reads every range that can be', () => {
    const size = fc.maxSafeNat();
    fc.assert(
      fc.property(size, size, size, (a, b, c) => {
        const [start, last, length] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        fc.pre(last < length);
        expect(read(`bytes ${start}-${last}/${length}`)).toEqual({ start, end: last + 1, length });
      }),
    );
  });
});

describe('Upload-Offset', () => {
  const read = (value: string) => outcome(uploadOffset, { 'upload-offset': value });

  it.each(['0', '1', '9007199254740991', ' 7 '])('%j is read', (value) => {
    expect(read(value)).toBe(Number(value));
  });

  it.each(NO_NUMBERS)('%j is refused', (value) => {
    expect(read(value)).toBe('invalid-header');
  });

  it('is needed', () => {
    expect(outcome(uploadOffset, {})).toBe('missing-header');
  });
});

describe('Idempotency-Key', () => {
  const read = (value: string | string[]) => outcome(idempotencyKey, { 'idempotency-key': value });

  it.each([
    ['"8e03978e-40d5-43e8-bc93-6894a57f9324"', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['8e03978e-40d5-43e8-bc93-6894a57f9324', '8e03978e-40d5-43e8-bc93-6894a57f9324'],
    ['"a b, c"', 'a b, c'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['a/b=c~', 'a/b=c~'],
    [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
    ['k'.repeat(255), 'k'.repeat(255)],
  ])('%j is read', (value, key) => {
    expect(read(value)).toBe(key);
  });

  it.each([
    '',
    '""',
    '"a',
    'a"',
    '"a"b',
    '"a\\b"',
    'a b',
    'a,b',
    '"a", "b"',
    'a\u0000b',
    '"a\u007f"',
    'ключ',
    '"é"',
    'k'.repeat(256),
    `"${'k'.repeat(256)}"`,
  ])('%j is refused', (value) => {
    expect(read(value)).toBe('invalid-header');
  });

  it('is no need, and comes once', () => {
    expect(outcome(idempotencyKey, {})).toBeNull();
    expect(read(['a', 'b'])).toBe('invalid-header');
  });

  it('is the same key in quotes and bare', () => {
    fc.assert(
      fc.property(
        fc.string({
          minLength: 1,
          maxLength: 255,
          unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
        }),
        (key) => {
          expect(read(`"${key.replace(/["\\]/gu, '\\$&')}"`)).toBe(key);
          if (!/[ ",]/u.test(key)) expect(read(key)).toBe(key);
        },
      ),
    );
  });
});

describe('Content-Digest', () => {
  const read = (value: string) => outcome(contentDigests, { 'content-digest': value });

  it('is what the client says of the bytes, as far as it can be checked', () => {
    expect(read('crc32c=:4waSgw==:, md5=:AAAA:')).toEqual([{ algorithm: 'crc32c', value: '4waSgw==' }]);
    expect(read('md5=:AAAA:')).toBeNull();
    expect(outcome(contentDigests, {})).toBeNull();
  });

  it('is refused when it cannot be read', () => {
    expect(read('sha-256=abc')).toBe('invalid-header');
    expect(read('sha-256=:AAAA:')).toBe('invalid-header');
  });
});

describe('Content-Encoding', () => {
  it('is not taken', () => {
    expect(outcome(refuseEncoding, {})).toBeUndefined();
    expect(outcome(refuseEncoding, { 'content-encoding': 'Identity' })).toBeUndefined();
    expect(outcome(refuseEncoding, { 'content-encoding': 'gzip' })).toBe('unsupported-encoding');
  });
});
