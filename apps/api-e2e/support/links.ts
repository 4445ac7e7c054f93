import {
  entryListSchema,
  linkSchema,
  uploadResultSchema,
  uploadStatusSchema,
  type Entry,
  type Link,
  type LinkWish,
} from '@stowage/contract';
import { encodeForm } from './form.js';
import type { Answer, Ask } from './http.js';
import type { Product } from './product.js';
import { until } from './until.js';
import type { Visitor } from './visitor.js';

/** Uploads a file in one go; returns its id. */
export async function put(by: Visitor, space: string, path: string, name: string, bytes: Buffer): Promise<string> {
  const form = encodeForm([
    { name: 'space', value: space },
    { name: 'path', value: path },
    { name: 'file', value: bytes, fileName: name },
  ]);
  const answer = await by.send('/upload', {
    method: 'POST',
    headers: { 'Content-Type': form.contentType },
    body: form.body,
  });
  const { upload, file } = answer.as(uploadResultSchema);
  return file?.id ?? fileOfUpload(by, upload.id);
}

/** A file that a busy server was not ready with when it answered. */
async function fileOfUpload(by: Visitor, upload: string): Promise<string> {
  let id: string | undefined;
  const look = async () =>
    (id = (await by.send(`/api/uploads/${upload}`)).as(uploadStatusSchema).file?.id) !== undefined;
  await until('the upload has become a file', look);
  return id ?? '';
}

/** What a member finds in a folder. */
export async function entriesOf(by: Visitor, folder: string): Promise<readonly Entry[]> {
  return (await by.send(`/api/folders/${folder}/entries?limit=200`)).as(entryListSchema).entries;
}

/** Id of an entry by its path from a folder on. */
export async function entryAt(by: Visitor, folder: string, ...names: readonly string[]): Promise<string> {
  let id = folder;
  for (const name of names) {
    const found = (await entriesOf(by, id)).find((entry) => entry.name === name);
    if (found === undefined) throw new Error(`There is no ${names.join('/')}.`);
    id = found.id;
  }
  return id;
}

/** Makes a link; fails when it cannot. */
export async function newLink(by: Visitor, wanted: LinkWish): Promise<Link> {
  const answer = await by.sendJson('POST', '/api/share-links', wanted);
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return answer.as(linkSchema);
}

/** Somebody without an account who holds a link. */
export class Holder {
  readonly cookies = new Map<string, string>();

  /** @param basic shown with every request */
  constructor(
    private readonly product: Product,
    readonly slug: string,
    private readonly basic: string | null = null,
  ) {}

  /** @param path from `/api/links/{slug}` on, or a whole one that begins with `/r/` */
  async send(path = '', ask: Ask = {}): Promise<Answer> {
    const cookies = Array.from(this.cookies, ([name, value]) => `${name}=${value}`);
    const headers = {
      Origin: this.product.url,
      ...(cookies.length === 0 ? {} : { Cookie: cookies.join('; ') }),
      ...(this.basic === null ? {} : basicPassword(this.basic)),
      ...ask.headers,
    };
    const address = path.startsWith('/r/') ? path : `/api/links/${this.slug}${path}`;
    const answer = await this.product.send(address, { ...ask, headers });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';');
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  }

  unlock(password: string): Promise<Answer> {
    return this.send('/unlock', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ password }),
    });
  }
}

/** Basic credentials with a password. */
export function basicPassword(password: string): { Authorization: string } {
  return { Authorization: `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}` };
}
