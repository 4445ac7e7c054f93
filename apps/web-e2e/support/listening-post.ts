import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a page is given of an address. */
export interface Served {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** An origin of somebody else: it has pages, and hears whatever is told to it. */
export class ListeningPost {
  /** Path and query of what came that is no page. */
  readonly heard: string[] = [];
  readonly pages = new Map<string, Served>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      this.answer(request, response);
    });
  }

  async start(): Promise<void> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Takes what was heard so far. */
  take(): string[] {
    return this.heard.splice(0);
  }

  private answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const page = this.pages.get(url.split('?')[0] ?? '');
    if (page === undefined) this.heard.push(url);
    response.writeHead(page === undefined ? 204 : 200, page?.headers).end(page?.body);
  }
}
