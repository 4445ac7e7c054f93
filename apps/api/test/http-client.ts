import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { readAll } from './bytes.js';

/** An answer read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as JSON. */
  json(): Record<string, unknown>;
}

/** How a request differs from a plain GET. */
export interface Asking {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer | string;
}

/** Asks a server with exactly the headers given; `fetch` would add and forbid some. */
export function ask(url: string, path: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), { method, headers, agent: false }, (response) => {
      readAll(response).then((bytes) => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: bytes,
          json: () => JSON.parse(bytes.toString('utf8')) as Record<string, unknown>,
        });
      }, reject);
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

/** A form of fields and one file, as browsers send it. */
export async function formOf(fields: Readonly<Record<string, string>>, file: Buffer, name: string): Promise<Asking> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new Blob([file]), name);
  const encoded = new Response(form);
  return {
    method: 'POST',
    headers: { 'Content-Type': encoded.headers.get('content-type') ?? '' },
    body: Buffer.from(await encoded.arrayBuffer()),
  };
}

/** Sends bytes that need be no HTTP, and returns all that comes back until the server hangs up. */
export function sendRaw(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.once('error', reject);
    readAll(socket).then((answer) => {
      resolve(answer.toString('latin1'));
    }, reject);
    socket.write(bytes);
  });
}
