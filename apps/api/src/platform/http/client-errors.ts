import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEMS, type ProblemCode } from '@stowage/contract';
import { newId } from '../database/ids.js';
import { problemDocument } from './problem-error.js';

/**
 * Answers what never became a request (headers too large, broken HTTP, a body cut short) with a problem as well. Its
 * address may be unknown, so it takes the form that every client can read: `application/json` with `error`.
 */
export function answerClientErrors(server: Server): void {
  const current = new WeakMap<Socket, ServerResponse>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => current.set(request.socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const response = current.get(socket);
    const answering = response !== undefined && response.headersSent && !response.writableFinished;
    if (!socket.writable || answering || error.code === 'ECONNRESET') {
      socket.destroy(error);
      return;
    }
    socket.end(rawProblem(codeOf(error)));
  });
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
