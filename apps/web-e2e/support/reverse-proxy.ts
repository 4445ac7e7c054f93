import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Serves a request itself when it is true of it. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What happens to the next upload requests. */
type Fate = 'pass' | 'hold' | 'drop';

/** Requests that carry bytes of files. */
const UPLOADS = /^(POST \/upload|PUT \/api\/uploads\/[^/]+\/bytes)$/u;

/**
 * One origin for pages of a test and for the server behind it. Uploads can be held back at the door, or lost on the way,
 * so that a journey can stop in the middle of a file.
 */
export class ReverseProxy {
  /** Upload requests that came so far. */
  uploads = 0;
  /** Bytes of the bodies of upload requests that were passed on. */
  uploadBytes = 0;
  private readonly server: Server;
  private fate: (upload: number) => Fate = () => 'pass';
  private waiting: ((fate: Fate) => void)[] = [];

  /** @param target address of the server, asked at each request */
  constructor(
    private readonly target: () => string,
    pages: Pages,
  ) {
    this.server = createServer((request, response) => {
      if (!pages(request, response)) void this.forward(request, response);
    });
  }

  async start(): Promise<void> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.release();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Lets so many more uploads through and holds those that follow. */
  holdAfter(count: number): void {
    const last = this.uploads + count;
    this.fate = (upload) => (upload > last ? 'hold' : 'pass');
  }

  /** Loses the connections of the uploads for which `isLost` is true; the first after this call has the number 1. */
  lose(isLost: (upload: number) => boolean): void {
    const before = this.uploads;
    this.fate = (upload) => (isLost(upload - before) ? 'drop' : 'pass');
  }

  /** How many uploads are held now. */
  get held(): number {
    return this.waiting.length;
  }

  /** Lets everything through, also what was held. */
  release(): void {
    this.fate = () => 'pass';
    for (const go of this.waiting.splice(0)) go('pass');
  }

  /** Loses what was held, and everything until {@link release}: a browser sends again what it lost, even for a closed page. */
  abandon(): void {
    this.fate = () => 'drop';
    for (const go of this.waiting.splice(0)) go('drop');
  }

  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    const isUpload = UPLOADS.test(`${request.method} ${request.url}`);
    let fate = isUpload ? this.fate(++this.uploads) : 'pass';
    if (fate === 'hold') fate = await new Promise<Fate>((resolve) => this.waiting.push(resolve));
    if (fate === 'drop') {
      request.socket.destroy();
      return;
    }
    if (request.destroyed) return;
    const { hostname, port } = new URL(this.target());
    const onward = httpRequest({ hostname, port, path: request.url, method: request.method, headers: request.headers });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      pipeline(answer, response).catch(() => undefined);
    });
    request.pipe(onward);
    if (isUpload) request.on('data', (bytes: Buffer) => (this.uploadBytes += bytes.length));
  }
}
