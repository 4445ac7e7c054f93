import { networkProblem } from './problem-error.js';
import type { ChunkRequest, Transport, TransportAnswer } from './transport.js';

/** Sends with `fetch`, which cannot tell how much of a body has left: progress comes a chunk at a time. */
export class FetchTransport implements Transport {
  readonly reportsProgress = false;

  async send(request: ChunkRequest): Promise<TransportAnswer> {
    const { method, body, headers, credentials, signal } = request;
    // Node 24 ends the process when a form is sent with a signal that is aborted already: its body's stream throws.
    signal.throwIfAborted();
    try {
      const response = await fetch(request.url, { method, body, headers, credentials, signal });
      const text = await response.text();
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body: text };
    } catch (cause) {
      signal.throwIfAborted();
      throw networkProblem(cause);
    }
  }
}
