import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a connection without a request is kept when the server stops: one may be on its way, already sent. */
const MOST_UNUSED_MS = 1_000;

/** Ends a server's connections when it stops. Node waits for two kinds of them in vain, as browsers have them. */
export class Drain {
  /** Opened ahead, without a request yet; Node does not count them among the idle ones. */
  private readonly unused = new Set<Socket>();
  private closing = false;

  /** @param server one that does not listen yet */
  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.unused.add(socket);
      socket.once('close', () => this.unused.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.unused.delete(request.socket);
      // Otherwise a connection that its client keeps stays open, with nobody to ask for anything.
      response.once('close', () => {
        if (this.closing) setImmediate(() => server.closeIdleConnections());
      });
    });
  }

  /** Takes no more requests, lets the running ones end, and cuts off what goes on after `mostMs`. */
  async close(mostMs: number): Promise<void> {
    this.closing = true;
    const closed = new Promise<void>((resolve) =>
      this.server.close(() => {
        resolve();
      }),
    );
    this.server.closeIdleConnections();
    const unused = setTimeout(() => {
      for (const socket of this.unused) socket.destroy();
    }, MOST_UNUSED_MS);
    const all = setTimeout(() => {
      this.server.closeAllConnections();
    }, mostMs);
    await closed;
    clearTimeout(unused);
    clearTimeout(all);
  }
}
