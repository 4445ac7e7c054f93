import { createHash } from 'node:crypto';
import { uploadResultSchema, uploadStatusSchema, type CreateUpload, type UploadStatus } from '@stowage/contract';
import type { Answer, Ask } from './http.js';
import type { Product } from './product.js';

/** What a client says of a file; the rest has presets. */
export type Wanted = Pick<CreateUpload, 'name' | 'length'> & Partial<CreateUpload>;

/** Sends JSON. */
export function postJson(
  product: Product,
  path: string,
  value: unknown,
  headers: Ask['headers'] = {},
): Promise<Answer> {
  return product.send(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(value),
  });
}

/** Begins an upload; fails when it is not new. */
export async function begin(product: Product, wanted: Wanted): Promise<RestUpload> {
  const answer = await postJson(product, '/api/uploads', wanted);
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return new RestUpload(product, answer.as(uploadStatusSchema).upload.id);
}

/** An upload that takes bytes as they are. */
export class RestUpload {
  constructor(
    private readonly product: Product,
    readonly id: string,
  ) {}

  get path(): string {
    return `/api/uploads/${this.id}`;
  }

  status(): Promise<UploadStatus> {
    return this.product.status(this.id);
  }

  chunk(index: number, body: Buffer, headers: Ask['headers'] = {}): Promise<Answer> {
    return this.product.send(`${this.path}/chunks/${index}`, { method: 'PUT', headers, body });
  }

  /** Sends bytes to a place of the file. */
  bytes(start: number, body: Buffer, length: number | '*' = '*', headers: Ask['headers'] = {}): Promise<Answer> {
    const range = `bytes ${start}-${start + body.length - 1}/${length}`;
    return this.product.send(`${this.path}/bytes`, {
      method: 'PUT',
      headers: { 'Content-Range': range, ...headers },
      body,
    });
  }

  append(offset: number, body: Buffer, headers: Ask['headers'] = {}): Promise<Answer> {
    return this.product.send(this.path, { method: 'PATCH', headers: { 'Upload-Offset': offset, ...headers }, body });
  }

  complete(changes?: unknown): Promise<Answer> {
    if (changes === undefined) return this.product.send(`${this.path}/complete`, { method: 'POST' });
    return postJson(this.product, `${this.path}/complete`, changes);
  }

  extend(): Promise<Answer> {
    return this.product.send(`${this.path}/extend`, { method: 'POST' });
  }

  /** The bytes of the file that it has become. */
  async content(answer: Answer): Promise<Buffer> {
    const { file } = answer.as(uploadResultSchema);
    if (file === undefined) throw new Error(`There is no file: ${answer.text}`);
    return this.product.download(file.id);
  }
}

/** `Content-Digest` of some bytes. */
export function contentDigest(
  bytes: Buffer,
  algorithm: 'sha-256' | 'sha-512' = 'sha-256',
): { 'Content-Digest': string } {
  const digest = createHash(algorithm.replace('-', '')).update(bytes).digest('base64');
  return { 'Content-Digest': `${algorithm}=:${digest}:` };
}
