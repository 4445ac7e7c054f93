import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEMS, type ProblemCode } from '@stowage/contract';
import { newId } from '../database/ids.js';
import { MOST_DISCARDED_BYTES, MOST_DISCARDED_MS } from './discard-rest.js';
import { problemDocument } from './problem-error.js';

/**
 * Answers what never became a request (headers too large, broken HTTP, a body cut short) with a problem as well. Its
 * address may be unknown, so it takes the form that every client can read: `application/json` with `error`.
 */
export function answerClientErrors(server: Server): void {
  const current = new WeakMap<Socket, ServerResponse>();
  /** Connections that were refused, and how many bytes may come on them until they are cut. */
  const refused = new WeakMap<Socket, number>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => current.set(request.socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // After the first fault Node finds another one in all that comes.
    const most = refused.get(socket);
    if (most !== undefined && socket.bytesRead < most) return;
    const response = current.get(socket);
    const answering = response !== undefined && response.headersSent && !response.writableFinished;
    if (!socket.writable || answering || error.code === 'ECONNRESET') {
      socket.destroy(error);
      return;
    }
    refused.set(socket, socket.bytesRead + MOST_DISCARDED_BYTES);
    socket.end(rawProblem(codeOf(error)));
    // Only after bytes that are no HTTP can none that follow be a request.
    if (error.code?.startsWith('HPE_') === true) endSoon(socket);
    else socket.destroySoon();
  });
}

/**
 * Reads and throws away what still comes, so that no reset overtakes the answer, and closes the connection at a bounded
 * cost. A request that is half there waits for bytes that nobody can tell from others any more: it is over with its
 * connection, which nothing else would end while its reader is full.
 */
function endSoon(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), MOST_DISCARDED_MS).unref();
  socket.once('close', () => {
    clearTimeout(timer);
  });
  socket.resume();
}

function codeOf(error: NodeJS.ErrnoException): ProblemCode {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'headers-too-large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request-timeout';
    default:
      return 'malformed-request';
  }
}

function rawProblem(code: ProblemCode): string {
  const { status, title } = PROBLEMS[code];
  const body = JSON.stringify({ ...problemDocument(code, title, newId()), error: title });
  return (
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json; charset=utf-8\r\nCache-Control: no-store\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
