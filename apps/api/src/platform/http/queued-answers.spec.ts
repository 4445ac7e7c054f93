import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endQueuedAnswers, inTurn } from './queued-answers.js';

let server: Server;
let client: Socket;
/** What has begun, in order, each with what answers it. */
let begun: Map<string, ServerResponse>;
let closed: string[];

beforeEach(async () => {
  begun = new Map();
  closed = [];
  server = createServer();
  endQueuedAnswers(server);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    response.once('close', () => closed.push(request.url ?? ''));
    inTurn(request, response, () => begun.set(request.url ?? '', response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
});
afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

/** Asks for all of them at once; resolves when the server knows of the last. */
async function ask(...paths: readonly string[]): Promise<void> {
  const known = new Promise<void>((resolve) => {
    server.on('request', ({ url }: IncomingMessage) => {
      if (url === paths.at(-1)) resolve();
    });
  });
  client.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
  await known;
}

describe('requests of one connection', () => {
  it('begin when those before them are answered', async () => {
    await ask('/1', '/2');
    expect([...begun.keys()]).toEqual(['/1']);
    begun.get('/1')?.end('one');
    await once(client, 'data');
    expect([...begun.keys()]).toEqual(['/1', '/2']);
    begun.get('/2')?.end('two');
    expect(String((await once(client, 'data'))[0])).toMatch(/two/u);
  });

  it('never begin once it has ended, and are known to be over', async () => {
    await ask('/1', '/2', '/3');
    const last = once(begun.get('/1') as ServerResponse, 'close');
    client.resetAndDestroy();
    await last;
    await new Promise(setImmediate);
    expect([...begun.keys()]).toEqual(['/1']);
    expect(closed.sort()).toEqual(['/1', '/2', '/3']);
  });

  it('are over once, when they were answered as well', async () => {
    await ask('/1');
    begun.get('/1')?.end('one');
    await once(client, 'data');
    const gone = once(begun.get('/1')?.req.socket as Socket, 'close');
    client.destroy();
    await gone;
    await new Promise(setImmediate);
    expect(closed).toEqual(['/1']);
  });
});
