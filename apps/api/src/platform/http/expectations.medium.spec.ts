import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readAll } from '../../../test/bytes.js';
import { discardRest } from './discard-rest.js';
import { holdContinue, wantBody } from './expectations.js';

// Real: node:http and a connection on loopback.
describe('a client that waits for 100 Continue', () => {
  let server: Server;
  let handle: (request: IncomingMessage, response: ServerResponse) => void;

  beforeEach(async () => {
    server = createServer((request, response) => {
      handle(request, response);
    });
    holdContinue(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  /** Sends the headers, the body when it is asked for, and returns all that comes back until the server closes. */
  async function talk(headers: string): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
      if (heard === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write('hello');
    });
    socket.write(`PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n${headers}\r\n`);
    await once(socket, 'close');
    return heard;
  }

  const EXPECTS = 'Expect: 100-continue\r\nConnection: close\r\n';

  it('is asked for its body only when somebody wants it', async () => {
    handle = (request, response) => {
      wantBody(request);
      wantBody(request);
      void readAll(request).then((body) => response.end(`got ${body.toString()}`));
    };
    const answer = await talk(EXPECTS);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/u);
    expect(answer.match(/100 Continue/gu)).toHaveLength(1);
    expect(answer).toContain('got hello');
  });

  it('gets a refusal instead, and the connection ends, since what follows on it could be the body', async () => {
    handle = (request, response) => {
      discardRest(request, response);
      response.writeHead(413).end();
    };
    const answer = await talk('Expect: 100-continue\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 413/u);
    expect(answer).toMatch(/connection: close/iu);
  });

  it('is not asked when the answer has begun', async () => {
    handle = (request, response) => {
      response.writeHead(403, { Connection: 'close' });
      wantBody(request);
      response.end();
    };
    expect(await talk(EXPECTS)).toMatch(/^HTTP\/1\.1 403/u);
  });

  it('does not stand in the way of others', async () => {
    handle = (request, response) => {
      wantBody(request);
      response.end('at once');
    };
    const answer = await talk('Connection: close\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/u);
  });
});
