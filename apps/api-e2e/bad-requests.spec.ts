import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadResultSchema } from '@stowage/contract';
import { readdirSync } from 'node:fs';
import { expectNoTrace, expectRefusal } from './support/bad-input.js';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { exchange, RawSocket, requestHead } from './support/raw-socket.js';
import { Random } from './support/random.js';
import { until } from './support/until.js';

const product = new Product({ env: { STOWAGE_IDLE_TIMEOUT: '2' } });
const random = new Random('bad requests');
let pid = 0;
beforeAll(async () => {
  await product.start();
  pid = product.process.pid;
});
afterAll(() => product.dispose());
afterEach(() => expectNoTrace(product, pid));

function newForm() {
  const content = random.bytes(300_000);
  return new DropzoneUpload(product, { name: 'a.bin', content, chunkSize: 300_000 }).form(0);
}

function head(headers: Readonly<Record<string, string | number>>): string {
  return requestHead('POST', '/upload', { Host: `localhost:${product.port}`, ...headers });
}

/** Sends the first part of a form under a header that announces all of it. */
async function sendHalf(length: number): Promise<RawSocket> {
  const { contentType, body } = newForm();
  const socket = await RawSocket.open(product.port);
  await socket.write(head({ 'Content-Type': contentType, 'Content-Length': body.length }));
  await socket.write(body.subarray(0, length));
  return socket;
}

describe('a body that is cut short', () => {
  const CUTS = [
    ['before its first byte', 0],
    ['within the fields', 300],
    ['within the file', 150_000],
    ['within the last boundary', 300_800],
  ] as const;

  it.each(CUTS)('by a client that sends no more and waits, %s', async (_, length) => {
    const socket = await sendHalf(length);
    socket.halfClose();

    expectRefusal(await socket.answer(), 400);
    socket.close();
  });

  it.each(CUTS)('by a client that vanishes, %s', async (_, length) => {
    const socket = await sendHalf(length);
    if (length > 1_000) await until('bytes are on the disk', () => product.staged.length > 0);
    socket.vanish();
  });

  it.each(CUTS.slice(0, 3))('by a client that stalls, %s', async (_, length) => {
    const socket = await sendHalf(length);

    expectRefusal(await socket.answer(), 408, 'request-timeout');
    socket.close();
  });

  it('leaves no file descriptor open', async () => {
    const openFiles = () => readdirSync(`/proc/${pid}/fd`).length;
    const before = openFiles();
    for (let round = 0; round < 20; round++) (await sendHalf(100_000)).vanish();
    await until('no upload is left', async () => (await product.unfinished()).length === 0);
    await until('as many files are open as before', () => openFiles() <= before);
  });
});

describe('a body that is not as long as announced', () => {
  it('in chunks that break off', async () => {
    const { contentType, body } = newForm();
    const request = head({ 'Content-Type': contentType, 'Transfer-Encoding': 'chunked' });
    const piece = Buffer.concat([Buffer.from('10000\r\n'), body.subarray(0, 0x10000), Buffer.from('\r\nzz\r\n')]);

    expectRefusal(await exchange(product.port, Buffer.concat([Buffer.from(request), piece])), 400);
  });

  it('and a length of two kinds', async () => {
    const { contentType, body } = newForm();
    const request = head({
      'Content-Type': contentType,
      'Content-Length': body.length,
      'Transfer-Encoding': 'chunked',
    });

    expectRefusal(await exchange(product.port, Buffer.concat([Buffer.from(request), body])), 400);
  });

  it.each(['-1', '1e3', '0x10', '9'.repeat(30), ''])('a length of %j', async (length) => {
    const { contentType, body } = newForm();
    const request = head({ 'Content-Type': contentType, 'Content-Length': length });

    expectRefusal(await exchange(product.port, Buffer.concat([Buffer.from(request), body])), [400, 413]);
  });

  it('in pieces of a byte each is whole all the same', async () => {
    const content = random.bytes(200);
    const upload = new DropzoneUpload(product, { name: 'slow.bin', content, chunkSize: 200 });
    const { contentType, body } = upload.form(0);
    const socket = await RawSocket.open(product.port);
    await socket.write(head({ 'Content-Type': contentType, 'Content-Length': body.length }));
    for (const byte of body) await socket.write(Buffer.of(byte));

    const answer = await socket.answer();
    socket.close();
    const id = uploadResultSchema.parse(JSON.parse(answer?.text ?? '')).upload.id;
    await until('the file is there', async () => (await product.status(id)).complete);
    const { file } = await product.status(id);
    expect((await product.download(file?.id ?? '')).equals(content)).toBe(true);
    await product.send(`/api/files/${file?.id ?? ''}?permanent=true`, { method: 'DELETE' });
  });
});

describe('requests that are no HTTP, or too much of it', () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`X-${index}`, 'x']));

  it.each<[string, number, () => string]>([
    ['headers of 20 KiB', 431, () => head({ 'X-Large': 'x'.repeat(20_000) })],
    ['ten thousand headers', 431, () => head(many)],
    ['garbage', 400, () => `${random.bytes(500).toString('hex')}\r\n\r\n`],
    ['a TLS greeting', 400, () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['another version of HTTP', 400, () => 'POST /upload HTTP/9.9\r\n\r\n'],
    ['a header with a space in its name', 400, () => head({ 'X Bad': 'x' })],
  ])('%s', async (_, status, request) => {
    expectRefusal(await exchange(product.port, request()), status);
  });

  it('no Host', async () => {
    // Node answers this one by itself, without a body.
    const answer = await exchange(product.port, requestHead('POST', '/upload', { 'Content-Length': 0 }));

    expect(answer?.status).toBe(400);
  });
});
