// Bodies that stop being HTTP after more of them has come than anybody has read.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Product } from './support/product.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { requestsInProgress } from './support/samples.js';
import { until } from './support/until.js';

const product = new Product({ env: { STOWAGE_IDLE_TIMEOUT: '1' } });
beforeAll(() => product.start());
afterAll(() => product.dispose());

/** A chunk of a body, a line that is none, and bytes that nobody can tell the meaning of. */
const BODY = `6305\r\n${'x'.repeat(0x6305)}\r\n0xae6b\r\n${'x'.repeat(44_651)}`;

const broken = (method: string, path: string): string =>
  requestHead(method, path, { Host: `localhost:${product.port}`, 'Transfer-Encoding': 'chunked' }) + BODY;

const asks: readonly (readonly [string, string])[] = [
  ['GET', '/api/files'],
  ['HEAD', '/api/files'],
  ['POST', '/api/uploads'],
  ['PUT', '/api/uploads/AAAAAAAAAAAAAAAAAAAAAA/chunks/0'],
  ['POST', '/upload'],
];

describe('a body that stops being HTTP', () => {
  it.each(asks)('is refused, and its request is over: %s %s', async (method, path) => {
    const socket = await RawSocket.open(product.port);
    await socket.write(broken(method, path));
    const answer = await socket.answer();
    // It may have been refused for another reason before.
    expect([400, 404, 415]).toContain(answer?.status);
    socket.halfClose();
    await until('nothing is being answered', async () => (await requestsInProgress(product)) === 0, 5_000);
    socket.close();
  });

  it('hides no request behind it', async () => {
    const socket = await RawSocket.open(product.port);
    const hidden = requestHead('GET', '/healthz', { Host: `localhost:${product.port}` });
    await socket.write(`${broken('GET', '/api/files')}\r\n0\r\n\r\n${hidden}`);
    await socket.write(hidden);
    socket.halfClose();
    const answers = (await socket.everything()).match(/^HTTP\/1\.1 \d+/gmu);
    expect(answers).toEqual(['HTTP/1.1 400']);
    socket.close();
  });

  it('is over also for a client that neither sends more nor goes', async () => {
    const socket = await RawSocket.open(product.port);
    await socket.write(broken('GET', '/api/files'));
    expect((await socket.answer())?.status).toBe(400);
    await until('nothing is being answered', async () => (await requestsInProgress(product)) === 0, 15_000);
    socket.close();
  });
});
