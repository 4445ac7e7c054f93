import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { exchange, RawSocket, requestHead } from './support/raw-socket.js';
import { Random, sha256 } from './support/random.js';
import { requestsInProgress } from './support/samples.js';
import { until } from './support/until.js';

const MIB = 1024 * 1024;
const product = new Product({
  env: { STOWAGE_IDLE_TIMEOUT: '1', STOWAGE_MIN_RATE: '100000', STOWAGE_MAX_CHUNK_REQUESTS: '1' },
});
const random = new Random('slow clients');
beforeAll(() => product.start());
afterAll(() => product.dispose());

/** A chunk of which a part has been sent. */
async function begin(name: string, sent: number): Promise<{ upload: DropzoneUpload; socket: RawSocket; rest: Buffer }> {
  const upload = new DropzoneUpload(product, { name, content: random.bytes(900_000), chunkSize: 900_000 });
  const { contentType, body } = upload.form(0);
  const socket = await RawSocket.open(product.port);
  const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
  await socket.write(requestHead('POST', '/upload', headers));
  await socket.write(body.subarray(0, sent));
  return { upload, socket, rest: body.subarray(sent) };
}

describe('a body', () => {
  it('that falls silent is ended with 408, and another takes its place', async () => {
    const { upload, socket } = await begin('silent', 100_000);
    const answer = await socket.answer();
    socket.close();
    expect(answer?.status).toBe(408);
    expect(answer?.problem).toMatchObject({ code: 'request-timeout', retryable: true, error: expect.any(String) });
    expect((await upload.complete()).sha256).toBe(sha256(upload.source.content as Buffer));
  });

  it('that trickles is ended with 408, and another takes its place', async () => {
    const { upload, socket, rest } = await begin('trickles', 100_000);
    let ended = false;
    const answered = socket.answer().finally(() => (ended = true));
    let at = 0;
    await until('it is ended', async () => {
      await socket.write(rest.subarray(at, ++at));
      return ended;
    });
    const answer = await answered;
    socket.close();
    expect(at).toBeGreaterThan(2);
    expect(answer?.status).toBe(408);
    expect(answer?.problem).toMatchObject({ code: 'too-slow', retryable: true, error: expect.any(String) });
    expect((await upload.complete()).sha256).toBe(sha256(upload.source.content as Buffer));
  });

  it('is not slow while it waits for its turn', async () => {
    const first = await begin('first', 100_000);
    await until('it has begun', async () => (await product.unfinished()).some(({ name }) => name === 'first'));
    // The whole body of the second lies ready all the time.
    const second = await begin('second', 900_000);
    await second.socket.write(second.rest);
    let at = 0;
    const fast = 40_000;
    await until('the first is whole, at its leisure', async () => {
      await first.socket.write(first.rest.subarray(at, (at += fast)));
      return at >= first.rest.length;
    });
    expect((await first.socket.answer())?.status).toBe(201);
    expect((await second.socket.answer())?.status).toBe(201);
    first.socket.close();
    second.socket.close();
  });
});

it('headers that never end are given up with 408', async () => {
  // Twice: once could be just before Node looks by itself, which it does every 30 s.
  for (let time = 0; time < 2; time++) {
    const answer = await exchange(product.port, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect(answer?.status).toBe(408);
    expect(answer?.problem.code).toBe('request-timeout');
  }
});

it('a reader that stalls does not keep a file open', async () => {
  const content = random.bytes(48 * MIB);
  const file = await new DropzoneUpload(product, { name: 'big', content, chunkSize: content.length }).complete();
  const reader = await RawSocket.open(product.port);
  reader.stall();
  await reader.write(requestHead('GET', `/api/files/${file.id}/content`, { Host: `127.0.0.1:${product.port}` }));
  await until('it is being served', () => openBlobs() === 1);

  await until('it is given up', () => openBlobs() === 0);
  await until('nothing of it is left', async () => (await requestsInProgress(product)) === 0);
  reader.close();
  expect(sha256(await product.download(file.id))).toBe(sha256(content));
});

/** Contents at rest that the server has open. */
function openBlobs(): number {
  const folder = `/proc/${product.process.pid}/fd`;
  return readdirSync(folder).filter((fd) => target(`${folder}/${fd}`).startsWith(`${product.dataDir}/blobs/`)).length;
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    // Closed since the folder was read.
    return '';
  }
}
