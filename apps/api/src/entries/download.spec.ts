import { describe, expect, it } from '@jest/globals';
import type { StoredFile } from '@stowage/contract';
import fc from 'fast-check';
import { downloadHeaders, downloadType, etagOf, reprDigest, select } from './download.js';

const ID = 'AbCdEfGhIjKlMnOpQrStUv';

function fileOf(facts: Partial<StoredFile> = {}): StoredFile {
  return {
    kind: 'file',
    id: ID,
    name: 'report.pdf',
    space: 'a space',
    parent: 'a space',
    path: '',
    size: 1000,
    sha256: 'ab'.repeat(32),
    mediaType: 'application/pdf',
    createdAt: '2026-11-22T21:34:05.678Z',
    url: `/api/files/${ID}/content`,
    ...facts,
  };
}

const file = fileOf();
const WHOLE = { status: 200, range: { start: 0, end: 1000 } };
const part = (start: number, end: number) => ({ status: 206, range: { start, end } });

describe('a download', () => {
  it('runs nothing, frames nowhere and is kept by nobody else', () => {
    expect(downloadHeaders(file)).toEqual({
      'Content-Disposition': 'attachment; filename=report.pdf',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'private, no-store',
      'Accept-Ranges': 'bytes',
      ETag: `"${ID}"`,
      'Last-Modified': 'Sun, 22 Nov 2026 21:34:05 GMT',
    });
  });

  it('does not tell by its ETag that two files are equal', () => {
    expect(etagOf(file)).not.toBe(etagOf(fileOf({ id: 'x'.repeat(22) })));
    expect(etagOf(file)).not.toContain(file.sha256.slice(0, 8));
  });

  it.each([
    '名前 "x".txt',
    'é\u0301.txt',
    '%22%0A.txt',
    'a;b=c.txt',
    "it's.txt",
    '.hidden',
    'CON',
    'a\\b'.replace('\\', ''),
  ])('carries the name %j in a header that Node can send', (name) => {
    const header = downloadHeaders(fileOf({ name }))['Content-Disposition'] ?? '';
    expect(header).toMatch(/^attachment; filename/u);
    // Visible ASCII only: neither a line break nor what a header cannot carry.
    expect(header).toMatch(/^[\x20-\x7e]+$/u);
    const extended = /filename\*=UTF-8''([^;]+)/u.exec(header)?.[1];
    const quoted = /filename="((?:[^"\\]|\\.)*)"/u.exec(header)?.[1]?.replace(/\\(.)/gu, '$1');
    const token = /filename=([^";]+)/u.exec(header)?.[1];
    expect(extended === undefined ? (quoted ?? token) : decodeURIComponent(extended)).toBe(name);
  });

  it('can carry any name at all', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(name, (text) => {
        expect(downloadHeaders(fileOf({ name: text }))['Content-Disposition']).toMatch(/^[\x20-\x7e]+$/u);
      }),
    );
  });
});

describe('the digest of a download', () => {
  it('is that of the whole file, as RFC 9530 writes it', () => {
    expect(reprDigest(file, undefined)).toBe('sha-256=:q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=:');
  });

  it.each(['sha-256=10', 'sha-512=10, sha-256=1', 'sha-512=3', 'SHA-256', '', 'sha-256=01', 'x-sha-256=0'])(
    'is sent to a client that wants %j',
    (wanted) => {
      expect(reprDigest(file, wanted)).toContain('sha-256=:');
    },
  );

  it.each(['sha-256=0', 'sha-512=3, sha-256=0', 'sha-256=0;x=1, sha-512=9', ' sha-256 = 0 '])(
    'is left out for one that wants %j',
    (wanted) => {
      expect(reprDigest(file, wanted)).toBeNull();
    },
  );
});

describe('the type of a download', () => {
  it.each([
    ['image/png', 'image/png'],
    ['IMAGE/PNG', 'image/png'],
    ['application/pdf', 'application/pdf'],
    ['video/mp4', 'video/mp4'],
    ['text/plain', 'text/plain; charset=utf-8'],
    ['text/csv', 'text/csv; charset=utf-8'],
  ])('stays %s', (mediaType, expected) => {
    expect(downloadType(fileOf({ mediaType }))).toBe(expected);
  });

  it.each([
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'application/xml',
    'text/xml',
    'text/javascript',
    'application/javascript',
    'text/css',
    'application/x-shockwave-flash',
    'multipart/x-mixed-replace',
    'image/png\r\nX: y',
    'image/pngx',
    'x/image/png',
    'application/octet-stream',
    '',
  ])('is bytes instead of %j', (mediaType) => {
    expect(downloadType(fileOf({ mediaType }))).toBe('application/octet-stream');
  });
});

describe('the part that is asked for', () => {
  it('is everything without a range', () => {
    expect(select(file, {})).toEqual(WHOLE);
    expect(select(fileOf({ size: 0 }), {})).toEqual({ status: 200, range: { start: 0, end: 0 } });
  });

  it.each([
    ['bytes=0-0', part(0, 1)],
    ['Bytes=0-0', part(0, 1)],
    ['bytes=0-99999999999999999999', part(0, 1000)],
    ['bytes=0-999', part(0, 1000)],
    ['bytes=100-199', part(100, 200)],
    ['bytes=999-', part(999, 1000)],
    ['bytes=0-', part(0, 1000)],
    ['bytes=500-99999', part(500, 1000)],
    ['bytes=-1', part(999, 1000)],
    ['bytes=-1000', part(0, 1000)],
    ['bytes= 5 - 9 ', part(5, 10)],
  ])('is %s', (range, expected) => {
    expect(select(file, { range })).toEqual(expected);
  });

  it('may be longer than the file where it counts from the end', () => {
    expect(select(file, { range: 'bytes=-5000' })).toEqual(part(0, 1000));
    expect(select(fileOf({ size: 0 }), { range: 'bytes=-5' }).status).toBe(200);
  });

  it.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=99999999999999999999-', 'bytes=-0'])(
    'does not exist: %s',
    (range) => {
      expect(select(file, { range })).toEqual({ status: 416 });
    },
  );

  it('does not exist in an empty file', () => {
    for (const range of ['bytes=0-', 'bytes=0-0', 'bytes=-0']) {
      expect(select(fileOf({ size: 0 }), { range })).toEqual({ status: 416 });
    }
  });

  it.each([
    'bytes',
    'bytes=',
    'bytes=a-b',
    'bytes=-',
    'bytes=5-2',
    'bytes=--5',
    'bytes=1.5-3',
    'bytes=0x1-0x2',
    'bytes=-5-10',
    'lines=0-5',
    'lines=5000-',
    'bytes=0-1,5-6',
    '',
  ])('is everything when the range is not one we serve: %j', (range) => {
    expect(select(file, { range })).toEqual(WHOLE);
  });

  it('is always a part of the file', () => {
    const number = fc.oneof(fc.nat(2000), fc.constant('')).map(String);
    fc.assert(
      fc.property(fc.nat(1000), number, number, (size, from, to) => {
        const selection = select(fileOf({ size }), { range: `bytes=${from}-${to}` });
        if (selection.status !== 206) return;
        const { start, end } = selection.range;
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(size);
      }),
    );
  });
});

describe('a part of what the client has', () => {
  const range = 'bytes=0-9';

  it('is sent when the file is still the same', () => {
    expect(select(file, { range, 'if-range': `"${ID}"` })).toEqual(part(0, 10));
  });

  it.each(['"other"', `W/"${ID}"`, ID, 'Sun, 22 Nov 2026 21:34:05 GMT', ''])(
    'is everything when it is not surely the same: %s',
    (ifRange) => {
      expect(select(file, { range, 'if-range': ifRange })).toEqual(WHOLE);
      expect(select(file, { range: 'bytes=5000-', 'if-range': ifRange })).toEqual(WHOLE);
    },
  );
});

describe('what the client has already', () => {
  it.each([`"${ID}"`, `W/"${ID}"`, `"a", "${ID}"`, `"a",W/"${ID}" , "b"`, '*', ' * '])(
    'is not sent again: %s',
    (tags) => {
      expect(select(file, { 'if-none-match': tags })).toEqual({ status: 304 });
      expect(select(file, { 'if-none-match': tags, range: 'bytes=5000-' })).toEqual({ status: 304 });
    },
  );

  it.each(['"other"', '', ID, `"${ID}x"`])('is something else: %j', (tags) => {
    expect(select(file, { 'if-none-match': tags })).toEqual(WHOLE);
  });
});
