import {
  entryListSchema,
  entrySchema,
  folderSchema,
  type Entry,
  type EntryList,
  type Folder,
  type StoredFile,
  type UploadStatus,
} from '@stowage/contract';
import { expect } from '@jest/globals';
import { DropzoneUpload } from './dropzone.js';
import { begin } from './rest.js';
import type { Answer } from './http.js';
import type { Product } from './product.js';
import { Random } from './random.js';
import { spacesOf } from './spaces.js';
import { until } from './until.js';

const random = new Random('trees');

/** Expects a refusal of the routes below `/api`. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.type, answer.problem.code]).toEqual([status, 'application/problem+json', code]);
}

/** What people do with the folders of a product that nobody has set up. */
export class Tree {
  private constructor(
    private readonly product: Product,
    /** Id of the space, and so of its root folder. */
    readonly root: string,
  ) {}

  /** The tree of the only space. */
  static async of(product: Product): Promise<Tree> {
    const [space] = await spacesOf(product);
    if (space === undefined) throw new Error('There is no space.');
    return new Tree(product, space.id);
  }

  json(method: string, path: string, body: unknown): Promise<Answer> {
    const headers = { 'Content-Type': 'application/json' };
    return this.product.send(path, { method, headers, body: JSON.stringify(body) });
  }

  /** Asks for a folder; any answer is right. */
  tryMake(path: string, parent = this.root, existing?: 'accept'): Promise<Answer> {
    return this.json('POST', '/api/folders', { parent, path, ...(existing === undefined ? {} : { existing }) });
  }

  async make(path: string, parent = this.root): Promise<Folder> {
    const answer = await this.tryMake(path, parent);
    expect([answer.status, answer.text]).toEqual([201, expect.anything()]);
    return answer.as(folderSchema);
  }

  /** Uploads a file of 100 bytes. */
  async file(name: string, folder = this.root, fields: Readonly<Record<string, string>> = {}): Promise<StoredFile> {
    const source = { name, content: random.bytes(100), chunkSize: 100, fields: { folder, ...fields } };
    return new DropzoneUpload(this.product, source).complete();
  }

  /** Uploads a file of 100 bytes that takes the place of one of its name; another may have taken its place since. */
  async replace(name: string, folder: string): Promise<UploadStatus> {
    const upload = await begin(this.product, { name, folder, length: 100, conflict: 'replace' });
    const answer = await upload.append(0, random.bytes(100));
    if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
    await until(`${name} has been uploaded`, async () => (await upload.status()).complete);
    return upload.status();
  }

  change(id: string, body: unknown): Promise<Answer> {
    return this.json('PATCH', `/api/entries/${id}`, body);
  }

  trash(id: string): Promise<Answer> {
    return this.product.send(`/api/entries/${id}`, { method: 'DELETE' });
  }

  restore(id: string, body: unknown = {}): Promise<Answer> {
    return this.json('POST', `/api/entries/${id}/restore`, body);
  }

  async entry(id: string): Promise<Entry> {
    return (await this.product.send(`/api/entries/${id}`)).as(entrySchema);
  }

  async list(folder = this.root, query = 'limit=200'): Promise<EntryList> {
    return (await this.product.send(`/api/folders/${folder}/entries?${query}`)).as(entryListSchema);
  }

  /** Names of what is in a folder, in its order; fewer than a page. */
  async names(folder = this.root): Promise<string[]> {
    return (await this.list(folder)).entries.map(({ name }) => name);
  }

  async trashed(): Promise<EntryList> {
    return (await this.product.send(`/api/spaces/${this.root}/trash?limit=200`)).as(entryListSchema);
  }
}
