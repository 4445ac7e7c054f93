import { networkProblem } from './problem-error.js';
import type { ChunkRequest, Transport, TransportAnswer } from './transport.js';

/** Sends with `XMLHttpRequest`: still the only way in a browser to see a body leave. */
export class XhrTransport implements Transport {
  readonly reportsProgress = true;

  send(request: ChunkRequest): Promise<TransportAnswer> {
    const { signal } = request;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const xhr = new XMLHttpRequest();
      const abort = (): void => xhr.abort();
      signal.addEventListener('abort', abort);
      xhr.onloadend = () => signal.removeEventListener('abort', abort);
      xhr.onload = () =>
        resolve({ status: xhr.status, retryAfter: xhr.getResponseHeader('retry-after'), body: xhr.responseText });
      xhr.onerror = () => reject(networkProblem());
      xhr.onabort = () => reject(signal.reason ?? networkProblem());
      xhr.upload.onprogress = (event) => request.onProgress(chunkBytes(event, request.chunkLength));
      open(xhr, request);
      xhr.send(request.body);
    });
  }
}

function open(xhr: XMLHttpRequest, request: ChunkRequest): void {
  xhr.open(request.method, request.url);
  xhr.withCredentials = request.credentials === 'include';
  for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
}

// The event counts the whole body. In a form the chunk is the last part, so what the form adds comes (nearly all) before it.
function chunkBytes(event: ProgressEvent, chunkLength: number): number {
  const added = Math.max(0, event.total - chunkLength);
  return Math.min(chunkLength, Math.max(0, event.loaded - added));
}
