import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BOUNDARY, formBody, readWhole, type ReadForm } from '../../../../test/multipart-forms.js';
import { ClientAbort } from '../../../platform/http/client-abort.js';
import { readForm } from './form-reader.js';

/** What the reader rests on in node:http: events of a request that ends, breaks off or is paused, and what follows. */
describe('a form over HTTP', () => {
  let server: Server;
  let socket: Socket;
  let handle: (request: IncomingMessage) => Promise<unknown>;

  beforeEach(async () => {
    server = createServer((request, response) => {
      void handle(request).then(
        (result) => response.end(JSON.stringify(result)),
        (error: unknown) => response.writeHead(400).end(String(error)),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
  });

  afterEach(async () => {
    socket.destroy();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  const file = Buffer.alloc(3 * 1024 * 1024, 'content\r\n--');
  const body = formBody([
    { name: 'dzuuid', content: 'u' },
    { name: 'file', fileName: 'a', content: file },
  ]);
  const head = (framing: string): string =>
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\n${framing}\r\n\r\n`;

  /** The next request, once the reader is through with it. */
  function nextForm(): Promise<ReadForm> {
    return new Promise((resolve, reject) => {
      handle = async (request) => {
        try {
          const read = await readWhole(request);
          resolve(read);
          return read.fields;
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
          throw error;
        }
      };
    });
  }

  it('is read, and the connection serves the next one', async () => {
    for (let round = 0; round < 2; round += 1) {
      const form = nextForm();
      socket.write(head(`Content-Length: ${body.length}`));
      socket.write(body);
      const { content, file: part } = await form;
      expect(content?.equals(file)).toBe(true);
      expect(part?.maxLength).toBe(file.length + 2);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /u);
    }
  });

  it('is read from chunked transfer, whose length nobody knows', async () => {
    const form = nextForm();
    socket.write(head('Transfer-Encoding: chunked'));
    for (let at = 0; at < body.length; at += 100_000) {
      const chunk = body.subarray(at, at + 100_000);
      socket.write(`${chunk.length.toString(16)}\r\n`);
      socket.write(chunk);
      socket.write('\r\n');
    }
    socket.write('0\r\n\r\n');
    const { content, file: part } = await form;
    expect(content?.equals(file)).toBe(true);
    expect(part?.maxLength).toBeNull();
  });

  it.each([10, 400, body.length - 1])('is aborted when the client goes after %p bytes', async (bytes) => {
    const form = nextForm();
    socket.write(head(`Content-Length: ${body.length}`));
    socket.end(body.subarray(0, bytes));
    await expect(form).rejects.toBeInstanceOf(ClientAbort);
  });

  it('is malformed, not aborted, when the body is whole and the form is not', async () => {
    const form = nextForm();
    socket.write(head(`Content-Length: ${body.length - 30}`));
    socket.write(body.subarray(0, body.length - 30));
    await expect(form).rejects.toMatchObject({ code: 'malformed-multipart' });
  });

  it('holds the client back while nobody reads the content', async () => {
    const large = 512 * 1024 * 1024;
    let bytesRead = (): number => 0;
    const paused = new Promise<IncomingMessage>((resolve) => {
      handle = async (request) => {
        bytesRead = () => request.socket.bytesRead;
        await readForm(request);
        if (!request.isPaused()) await once(request, 'pause');
        resolve(request);
        await new Promise((closed) => request.once('close', closed));
      };
    });
    socket.on('error', () => undefined);
    socket.write(head(`Content-Length: ${large}`));
    socket.write(body.subarray(0, 300));
    const chunk = Buffer.alloc(1024 * 1024);
    // Until the kernel's buffers are full too: then the client's write does not come to an end.
    const write = (): void => void socket.write(chunk, (error) => (error ? undefined : write()));
    write();
    const request = await paused;
    // A hundred more reads of the socket, if there were any, would be 6 MiB.
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(bytesRead()).toBeLessThan(2 * 1024 * 1024);
    request.destroy();
  });
});
