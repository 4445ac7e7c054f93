import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { Request, Response } from 'express';

/** As much of a request as the steps before a route read. */
export function fakeRequest(request: {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: IncomingHttpHeaders;
  readonly protocol?: string;
}): Request {
  return {
    method: 'GET',
    path: '/api/files',
    protocol: 'http',
    complete: true,
    ...request,
    headers: { host: 'localhost:3000', ...request.headers },
  } as Request;
}

/** A response that keeps what it is told. */
export class FakeResponse extends EventEmitter {
  readonly headers: Record<string, string> = {};
  statusCode = 200;
  headersSent = false;
  destroyed = false;
  writableFinished = false;
  body: string | undefined;

  setHeader(name: string, value: string | number): this {
    this.headers[name.toLowerCase()] = String(value);
    return this;
  }

  hasHeader(name: string): boolean {
    return name.toLowerCase() in this.headers;
  }

  vary(name: string): this {
    return this.setHeader('Vary', name);
  }

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  end(body?: string): this {
    this.headersSent = true;
    this.body = body;
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    return this;
  }

  /** For code that wants Express's response. */
  get asResponse(): Response {
    return this as unknown as Response;
  }
}
