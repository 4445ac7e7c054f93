import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StoredFile } from '@stowage/contract';
import { DropzoneUpload } from './support/dropzone.js';
import type { Answer } from './support/http.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';

const product = new Product();
const random = new Random('downloads');
const content = random.bytes(10_000);
let file: StoredFile;
beforeAll(async () => {
  await product.start();
  file = await upload('ten thousand.bin', 'application/octet-stream', content);
});
afterAll(() => product.dispose());

function upload(name: string, type: string, bytes: Buffer): Promise<StoredFile> {
  return new DropzoneUpload(product, { name, type, content: bytes, chunkSize: 4_096 }).complete();
}

function get(headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return product.send(file.url, { method, headers });
}

/** a download runs nothing, frames nowhere, is kept nowhere. */
function expectSafe({ headers }: Answer): void {
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': expect.stringMatching(/\bno-store\b/u),
  });
  expect(headers['content-disposition']).toMatch(/^attachment(;|$)/u);
}

describe('a download', () => {
  it('is the file', async () => {
    const answer = await get();

    expect(answer.status).toBe(200);
    expect(answer.body.equals(content)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-length': '10000',
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"[^"]+"$/u),
    });
    expectSafe(answer);
  });

  it.each([
    ['whole', 200, {}, 'GET'],
    ['without its bytes', 200, {}, 'HEAD'],
    ['in part', 206, { range: 'bytes=0-9' }, 'GET'],
    ['not again', 304, { 'if-none-match': '*' }, 'GET'],
  ] as const)('carries the digest of the whole file, sent %s', async (_, status, headers, method) => {
    const digest = createHash('sha256').update(content).digest('base64');
    const answer = await get(headers, method);
    expect([answer.status, answer.headers['repr-digest']]).toEqual([status, `sha-256=:${digest}:`]);
  });

  it('can be asked about (HEAD)', async () => {
    const answer = await get({}, 'HEAD');

    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(0);
    expect(answer.headers['content-length']).toBe('10000');
    expectSafe(answer);
  });

  it('is not sent again to who has it', async () => {
    const { etag = '' } = (await get()).headers;

    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await get({ 'If-None-Match': known });
      expect([known, answer.status]).toEqual([known, 304]);
      expect(answer.body).toHaveLength(0);
      expect(answer.headers.etag).toBe(etag);
      expectSafe(answer);
    }
    expect((await get({ 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('cannot be changed with %s', async (method) => {
    const answer = await get({}, method);

    expect(answer.status).toBe(405);
    expect(answer.headers.allow?.split(', ').sort()).toEqual(['GET', 'HEAD']);
    expect(answer.type).toBe('application/problem+json');
  });
});

describe('a range', () => {
  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-99', 0, 100],
    ['bytes=9999-9999', 9_999, 10_000],
    ['bytes=5000-', 5_000, 10_000],
    ['bytes=0-', 0, 10_000],
    ['bytes=-1', 9_999, 10_000],
    ['bytes=-500', 9_500, 10_000],
    ['bytes=-10000', 0, 10_000],
    ['bytes=-99999', 0, 10_000],
    ['bytes=9000-99999', 9_000, 10_000],
    ['bytes=9000-9007199254740993', 9_000, 10_000],
    ['bytes=0-999999999999999999999999', 0, 10_000],
  ])('%s is answered with just that', async (range, start, end) => {
    const answer = await get({ Range: range });

    expect(answer.status).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${start}-${end - 1}/10000`);
    expect(answer.headers['content-length']).toBe(String(end - start));
    expect(answer.body.equals(content.subarray(start, end))).toBe(true);
    expectSafe(answer);
  });

  it.each(['bytes=10000-', 'bytes=10000-10001', 'bytes=99999-', 'bytes=-0', 'bytes=9007199254740993-'])(
    '%s is not there',
    async (range) => {
      const answer = await get({ Range: range });

      expect(answer.status).toBe(416);
      expect(answer.headers['content-range']).toBe('bytes */10000');
      expect(answer.type).toBe('application/problem+json');
      expectSafe(answer);
    },
  );

  it.each([
    ...['bytes=5-2', 'bytes=', 'bytes=-', 'bytes', 'bytes=a-b', 'bytes=0x0-5', 'bytes=--5', 'bytes=0-5x', 'lines=0-5'],
    ...['bytes=0-1,3-4', 'bytes=0-,0-', 'bytes=0-0,-1', `bytes=${Array(1_000).fill('0-').join(',')}`, 'bytes=0-5, x'],
  ])('%s is ignored, or not there', async (range) => {
    const answer = await get({ Range: range });

    // RFC 9110 leaves a server this choice; a wrong piece is none.
    expect([200, 416]).toContain(answer.status);
    if (answer.status === 200) expect(answer.body.equals(content)).toBe(true);
  });

  it('is only taken of the file that the client began with', async () => {
    const { etag = '' } = (await get()).headers;
    const range = { Range: 'bytes=0-9' };

    expect((await get({ ...range, 'If-Range': etag })).status).toBe(206);
    expect((await get({ ...range, 'If-Range': '"other"' })).status).toBe(200);
    expect((await get({ ...range, 'If-Range': `W/${etag}` })).status).toBe(200);
    expect((await get({ ...range, 'If-Range': 'Thu, 01 Jan 1970 00:00:00 GMT' })).status).toBe(200);
  });

  it('can be asked about (HEAD)', async () => {
    const answer = await get({ Range: 'bytes=0-9' }, 'HEAD');

    // A server may also ignore Range for HEAD.
    expect([200, 206]).toContain(answer.status);
    expect(answer.body).toHaveLength(0);
    expectSafe(answer);
  });

  it('of an empty file is not there', async () => {
    const empty = await upload('empty.bin', 'application/octet-stream', Buffer.alloc(0));

    expect((await product.send(empty.url)).body).toHaveLength(0);
    expect([200, 416]).toContain((await product.send(empty.url, { headers: { Range: 'bytes=0-0' } })).status);
  });
});

describe('the type of a download', () => {
  it.each([
    ['text/html', 'a.html'],
    ['image/svg+xml', 'a.svg'],
    ['application/xhtml+xml', 'a.xhtml'],
    ['text/xml', 'a.xml'],
    ['text/javascript', 'a.js'],
    ['application/x-shockwave-flash', 'a.swf'],
    ['multipart/related', 'a.mhtml'],
    ['text/html; charset=utf-7', 'b.html'],
    ['TEXT/HTML', 'c.html'],
    ['nonsense', 'no-extension'],
  ])('%s is none that a browser runs', async (type, name) => {
    const bytes = Buffer.from(`<script>alert(1)</script>${name}`);
    const answer = await product.send((await upload(name, type, bytes)).url);

    expect(answer.type).toBe('application/octet-stream');
    expect(answer.body.equals(bytes)).toBe(true);
    expectSafe(answer);
  });
});
