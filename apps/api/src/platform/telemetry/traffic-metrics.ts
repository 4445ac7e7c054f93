import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Metrics } from './metrics.js';

/** Methods that have a name here: a client must not be able to make new ones. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts what goes over a server's connections; nothing is done for a single buffer. */
export function addTrafficMetrics(metrics: Metrics, server: Server): void {
  let inProgress = 0;
  server.on('request', (request: IncomingMessage & RoutedRequest, response: ServerResponse) => {
    const startedAt = performance.now();
    inProgress++;
    response.once('close', () => {
      inProgress--;
      metrics.requestEnded({
        route: request.route?.path ?? 'none',
        method: METHODS.has(request.method ?? '') ? (request.method ?? '') : 'other',
        status: response.headersSent ? response.statusCode : 0,
        seconds: (performance.now() - startedAt) / 1000,
      });
    });
  });
  metrics.addGauge('stowage_http_requests_in_progress', 'Requests that are being answered.', () => inProgress);
  addConnectionMetrics(metrics, server);
}

/** As Express marks a request when it has found its route. */
interface RoutedRequest {
  readonly route?: { readonly path: string };
}

function addConnectionMetrics(metrics: Metrics, server: Server): void {
  const open = new Set<Socket>();
  const closed = { received: 0, sent: 0 };
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      closed.received += socket.bytesRead;
      closed.sent += socket.bytesWritten;
    });
  });
  // The connections count by themselves.
  const sum = (start: number, bytes: (socket: Socket) => number) =>
    [...open].reduce((total, socket) => total + bytes(socket), start);
  metrics.addCounter('stowage_received_bytes_total', 'Bytes received on all connections, headers included.', () =>
    sum(closed.received, ({ bytesRead }) => bytesRead),
  );
  metrics.addCounter('stowage_sent_bytes_total', 'Bytes sent on all connections, headers included.', () =>
    sum(closed.sent, ({ bytesWritten }) => bytesWritten),
  );
  metrics.addGauge('stowage_connections', 'Open connections.', () => open.size);
}
