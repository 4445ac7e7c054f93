import type { IncomingMessage, ServerResponse } from 'node:http';
import { isHeldBack } from './expectations.js';

/**
 * How much of a refused body is read and thrown away. A client that is cut off while it still sends may never see the
 * answer (the reset overtakes it), so this covers two recommended chunks; beyond that the connection is closed.
 */
export const MOST_DISCARDED_BYTES = 16 * 1024 * 1024;
/** How long. */
export const MOST_DISCARDED_MS = 10_000;

/** Lets an answer reach a client that is still sending its body, at a bounded cost. Call it just before the answer. */
export function discardRest(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) return;
  if (isHeldBack(request)) {
    // The body was never asked for, so whatever comes next on this connection could be it, or another request.
    if (!response.headersSent) response.setHeader('Connection', 'close');
    return;
  }
  let left = MOST_DISCARDED_BYTES;
  // Once answered, a request does not hear any more that its connection is gone: the timer must not keep a server that
  // stops from ending.
  const timer = setTimeout(cut, MOST_DISCARDED_MS).unref();
  function cut(): void {
    // After the answer has been handed to the system: then it comes before the end of the connection.
    if (response.writableFinished) request.destroy();
    else response.once('finish', () => request.destroy());
  }
  request.on('data', (bytes: Buffer) => {
    left -= bytes.length;
    if (left < 0) cut();
  });
  request.once('close', () => {
    clearTimeout(timer);
  });
  request.on('error', () => undefined);
  request.resume();
}
