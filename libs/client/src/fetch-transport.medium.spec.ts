import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { source } from '../test/world.js';
import { chunkForm } from './chunk-form.js';
import { FetchTransport } from './fetch-transport.js';
import type { ChunkRequest } from './transport.js';

describe('sending with fetch', () => {
  let server: Server;
  let url: string;
  let body = '';

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/drop') return void request.socket.destroy();
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        body = Buffer.concat(parts).toString('utf8');
        response.writeHead(503, { 'retry-after': '3' }).end('{"busy":true}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  function request(path: string, signal = new AbortController().signal): ChunkRequest {
    const body = chunkForm('key', source(3, 'ü.txt'), { length: 3, chunkSize: 8, count: 1 }, 0);
    const rest = { headers: {}, credentials: 'same-origin', onProgress: () => undefined } as const;
    return { method: 'POST', url: url + path, body, chunkLength: 3, signal, ...rest };
  }

  it('sends the form and takes every status as an answer', async () => {
    const answer = await new FetchTransport().send(request('/upload'));
    expect(answer).toEqual({ status: 503, retryAfter: '3', body: '{"busy":true}' });
    expect(body).toContain('name="dzchunkbyteoffset"\r\n\r\n0\r\n');
    expect(body).toContain('filename="ü.txt"');
  });

  it('rejects with a network problem, or with the reason of an abort', async () => {
    await expect(new FetchTransport().send(request('/drop'))).rejects.toMatchObject({ code: 'network' });
    const abort = new AbortController();
    abort.abort('reason');
    await expect(new FetchTransport().send(request('/upload', abort.signal))).rejects.toBe('reason');
  });
});
