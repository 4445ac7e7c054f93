import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Requests whose client waits for `100 Continue` before it sends its body. */
const heldBack = new WeakMap<object, ServerResponse>();

/**
 * Holds `100 Continue` (RFC 9110 section 10.1.1) back until somebody wants the body: a request that is refused by its
 * headers then costs its client no bytes. Node by itself would ask for every body before any route has seen the request.
 */
export function holdContinue(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    heldBack.set(request, response);
    server.emit('request', request, response);
  });
}

/** Says that a body is about to be read. Whoever reads one calls this first; no effect on clients that do not wait. */
export function wantBody(request: object): void {
  const response = heldBack.get(request);
  heldBack.delete(request);
  if (response !== undefined && !response.headersSent) response.writeContinue();
}

/** True while a client waits to be asked for its body. */
export function isHeldBack(request: object): boolean {
  return heldBack.has(request);
}
