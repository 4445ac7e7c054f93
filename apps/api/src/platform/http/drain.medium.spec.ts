import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Drain } from './drain.js';

let server: Server;
const clients: Socket[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<Drain> {
  server = createServer(listener);
  const drain = new Drain(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return drain;
}

async function client(request = ''): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(socket);
  await once(socket, 'connect');
  socket.resume();
  if (request !== '') {
    const begun = once(server, 'request');
    socket.write(`${request} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await begun;
  }
  return socket;
}

describe('a server that stops', () => {
  it('closes connections that were never used, and those that are kept for later', async () => {
    const drain = await serve((_request, response) => response.end('x'));
    const unused = client();
    await once(server, 'connection');
    const kept = await client('GET /');
    await once(kept, 'data');
    const closed = Promise.all([once(await unused, 'close'), once(kept, 'close')]);
    await drain.close(60_000);
    await closed;
  });

  it.each([
    ['has not begun', ''],
    ['has begun', 'begun and '],
  ])('lets an answer end that %s, and closes its connection then', async (_, begun) => {
    let answer: () => void = () => undefined;
    const drain = await serve((_request, response) => {
      if (begun !== '') response.write(begun);
      answer = () => response.end('done');
    });
    const busy = await client('GET /');
    const closed = once(busy, 'close');
    const received: Buffer[] = [];
    busy.on('data', (bytes: Buffer) => received.push(bytes));
    const stopped = drain.close(60_000);
    answer();
    await stopped;
    await closed;
    expect(Buffer.concat(received).toString()).toContain('done');
  });

  it('still answers a request that was sent before it was told to stop', async () => {
    const drain = await serve((_request, response) => response.end('late'));
    const connected = once(server, 'connection');
    const sender = await client();
    await connected;
    const answered = once(sender, 'data');
    const stopped = drain.close(60_000);
    sender.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(String((await answered)[0])).toContain('late');
    await stopped;
  });

  it('cuts off what goes on for too long', async () => {
    const drain = await serve((_request, response) => response.write('and on'));
    const endless = await client('GET /');
    const closed = once(endless, 'close');
    await drain.close(50);
    await closed;
  });

  it('takes no new connections', async () => {
    const drain = await serve((_request, response) => response.end());
    const { port } = server.address() as AddressInfo;
    await drain.close(1_000);
    const [error] = (await once(connect(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});
