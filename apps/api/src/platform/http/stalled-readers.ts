import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/**
 * Cuts off clients that ask for an answer and then do not read it: their connections would hold an open file each, for
 * ever. A client counts as stalled when nothing has left for it in `idleTimeoutMs`, though bytes wait; Node notices
 * within twice that time. While we ourselves are late, nothing waits for the client, and nothing happens.
 */
export function endStalledReaders(server: Server, idleTimeoutMs: number): void {
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    response.setTimeout(idleTimeoutMs, () => {
      if (socket.writableLength > 0) socket.destroy();
    });
  });
}
