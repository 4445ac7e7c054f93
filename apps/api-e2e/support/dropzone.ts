import { uploadResultSchema, type ByteRange, type StoredFile, type UploadResult } from '@stowage/contract';
import { encodeForm, type EncodedForm, type Part } from './form.js';
import type { Answer } from './http.js';
import type { Product } from './product.js';
import { Random } from './random.js';
import { atOnce, until } from './until.js';

/** What Dropzone sets on every request. */
export const DROPZONE_HEADERS = {
  Accept: 'application/json',
  'Cache-Control': 'no-cache',
  'X-Requested-With': 'XMLHttpRequest',
} as const;

/** A file as a page with Dropzone would send it. */
export interface Source {
  readonly name: string;
  /** Bytes, all of them or made on demand. */
  readonly content: Buffer | ((range: ByteRange) => Buffer);
  /** Bytes; by default those of `content`. */
  readonly size?: number;
  readonly chunkSize: number;
  readonly uuid?: string;
  readonly type?: string;
  /** Further fields, after Dropzone's own. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Fields and bytes to send instead of the right ones. */
export interface Deviation {
  /** Values by field name; undefined leaves the field out. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
  readonly bytes?: Buffer;
}

const random = new Random('dropzone');

/** One upload of Dropzone: it knows how to send each of its chunks, and does nothing by itself. */
export class DropzoneUpload {
  readonly uuid: string;
  readonly size: number;
  readonly count: number;

  constructor(
    private readonly product: Product,
    readonly source: Source,
  ) {
    this.uuid = source.uuid ?? random.uuid();
    this.size = source.size ?? source.content.length;
    this.count = Math.max(1, Math.ceil(this.size / source.chunkSize));
  }

  get indexes(): number[] {
    return Array.from({ length: this.count }, (_, index) => index);
  }

  range(index: number): ByteRange {
    const start = index * this.source.chunkSize;
    return { start, end: Math.min(this.size, start + this.source.chunkSize) };
  }

  bytes(index: number): Buffer {
    const { content } = this.source;
    const { start, end } = this.range(index);
    return Buffer.isBuffer(content) ? content.subarray(start, end) : content({ start, end });
  }

  /** The parts of a chunk in Dropzone's order: its fields, others, the file last. */
  parts(index: number, deviation: Deviation = {}): Part[] {
    const { name, chunkSize, fields = {}, type } = this.source;
    const own = {
      ...{ dzuuid: this.uuid, dzchunkindex: index, dztotalfilesize: this.size, dzchunksize: chunkSize },
      ...{ dztotalchunkcount: this.count, dzchunkbyteoffset: index * chunkSize, ...fields, ...deviation.fields },
    };
    return [
      ...Object.entries(own).flatMap(([field, value]) =>
        value === undefined ? [] : [{ name: field, value: String(value) }],
      ),
      {
        name: 'file',
        fileName: name,
        value: deviation.bytes ?? this.bytes(index),
        ...(type === undefined ? {} : { type }),
      },
    ];
  }

  form(index: number, deviation?: Deviation): EncodedForm {
    return encodeForm(this.parts(index, deviation));
  }

  /** Sends a chunk. */
  send(index: number, deviation?: Deviation): Promise<Answer> {
    return postForm(this.product, this.form(index, deviation));
  }

  /** Sends chunks in the order given, so many at once. */
  sendAll(indexes = this.indexes, parallel = 1): Promise<Answer[]> {
    return atOnce(
      parallel,
      indexes.map((index) => () => this.send(index)),
    );
  }

  /**
   * Sends everything and waits for the file.
   * @throws Error when a chunk is refused
   */
  async complete(parallel = 1): Promise<StoredFile> {
    const answers = await this.sendAll(this.indexes, parallel);
    const refused = answers.find(({ status }) => status > 299);
    if (refused !== undefined) throw new Error(`${refused.status} ${refused.text}`);
    return fileOf(this.product, answers.map(resultOf));
  }
}

/** Posts a form to the address that pages use. */
export function postForm(product: Product, { contentType, body }: EncodedForm, path = '/upload'): Promise<Answer> {
  return product.send(path, {
    method: 'POST',
    headers: { ...DROPZONE_HEADERS, 'Content-Type': contentType },
    body,
  });
}

/** An accepted answer in the contract's shape. */
export function resultOf(answer: Answer): UploadResult {
  if (answer.status > 299) throw new Error(`${answer.status} ${answer.text}`);
  return answer.as(uploadResultSchema);
}

/** The file that an upload became, as soon as it is there. */
export async function fileOf(product: Product, results: readonly UploadResult[]): Promise<StoredFile> {
  const file = results.find((result) => result.file !== undefined)?.file;
  const id = results[0]?.upload.id;
  if (file !== undefined || id === undefined) return file ?? Promise.reject(new Error('nothing was answered'));
  return settledFile(product, id);
}

async function settledFile(product: Product, uploadId: string): Promise<StoredFile> {
  let settled = await product.status(uploadId);
  await until('the upload is completed', async () => {
    settled = await product.status(uploadId);
    return settled.upload.state !== 'completing';
  });
  const { file, upload } = settled;
  if (file === undefined) throw new Error(`The upload is ${upload.state}: ${upload.reason ?? ''}`);
  return file;
}
