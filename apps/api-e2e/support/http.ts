import { request as httpRequest, type Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { problemSchema, type Problem } from '@stowage/contract';

/** What of a schema is used here. */
interface Schema<T> {
  parse(value: unknown): T;
}

/** An answer, read to its end. */
export class Answer {
  constructor(
    readonly status: number,
    readonly headers: IncomingHttpHeaders,
    readonly body: Buffer,
  ) {}

  get text(): string {
    return this.body.toString('utf8');
  }

  /** The media type without parameters. */
  get type(): string {
    return (this.headers['content-type'] ?? '').split(';')[0] ?? '';
  }

  /** The body in the shape that the contract promises. */
  as<T>(schema: Schema<T>): T {
    return schema.parse(JSON.parse(this.text));
  }

  get problem(): Problem {
    return this.as(problemSchema);
  }
}

/** A request; headers are sent exactly as given. */
export interface Ask {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string | Readable;
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
  /** Milliseconds of silence after which it is given up, as `ETIMEDOUT`; by default never. */
  readonly patience?: number;
}

/** Sends one request with nothing added but what HTTP itself needs: no retries, no cookies, no checks of the address. */
export function send(base: string, path: string, ask: Ask = {}): Promise<Answer> {
  const { hostname, port } = new URL(base);
  const { method = 'GET', headers = {}, body, agent, signal, patience } = ask;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      ...{ hostname, port, path, method },
      headers:
        typeof body === 'string' || Buffer.isBuffer(body)
          ? { 'Content-Length': byteLength(body), ...headers }
          : headers,
      ...(agent === undefined ? {} : { agent }),
      ...(signal === undefined ? {} : { signal }),
      ...(patience === undefined ? {} : { timeout: patience }),
    });
    const giveUp = () => {
      request.destroy(Object.assign(new Error(`${path}: nothing for ${patience} ms`), { code: 'ETIMEDOUT' }));
    };
    request.on('timeout', giveUp);
    let answered = false;
    request.on('response', (response) => {
      answered = true;
      buffer(response).then((bytes) => {
        resolve(new Answer(response.statusCode ?? 0, response.headers, bytes));
      }, reject);
    });
    // A server that refuses a body may answer and close while we still send: then the answer counts.
    request.on('error', (error) => {
      if (!answered) reject(error);
    });
    if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) request.end(body);
    else body.on('error', () => request.destroy()).pipe(request);
  });
}

function byteLength(body: Buffer | string): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length;
}
