import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Lets a request wait until the answers before it on its connection have gone. Node hands over pipelined requests at once,
 * and tells only the answer whose turn it is when the connection ends: work begun for the others would go on for nobody, and
 * wait for ever with the file open that it was to send. What never gets its turn is not begun.
 */
export function inTurn(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (response.socket !== null) {
    next();
    return;
  }
  response.once('socket', () => {
    next();
  });
}

/** Tells those who watch the answers of a server also of the ones that never get their turn: they close with their connection. */
export function endQueuedAnswers(server: Server): void {
  const open = new WeakMap<Socket, Set<ServerResponse>>();
  server.on('connection', (socket: Socket) => {
    const answers = new Set<ServerResponse>();
    open.set(socket, answers);
    socket.once('close', () => {
      // Node tells its own first, some of them a little later.
      setImmediate(() => {
        for (const response of answers) response.emit('close');
      });
    });
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const answers = open.get(socket);
    answers?.add(response);
    response.once('close', () => answers?.delete(response));
  });
}
