import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { DROPZONE_HEADERS, resultOf } from '../../support/dropzone.js';
import { newBoundary, partHead } from '../../support/form.js';
import type { Answer } from '../../support/http.js';
import type { Product } from '../../support/product.js';
import { Random } from '../../support/random.js';

const CHUNK = 5 * 1024 * 1024;

/** Very many uploads at once, each of a chunk of 5 MiB and a short one. */
export class Load {
  /** Requests that carried a chunk. */
  requests = 0;
  /** Those of them that were asked to come again. */
  busy = 0;
  readonly random: Random;
  /** The same for all, but for its first bytes: a thousand contents would not fit in our own memory. */
  readonly body: Buffer;

  constructor(
    readonly product: Product,
    label: string,
  ) {
    this.random = new Random(label);
    this.body = this.random.bytes(CHUNK);
  }

  /** Sends them all, each until it is complete and has the digest of what was sent. */
  async run(uploads: number): Promise<void> {
    await Promise.all(Array.from({ length: uploads }, (_, index) => new LoadUpload(this, `load ${index}`).run()));
  }
}

class LoadUpload {
  private readonly uuid: string;
  private readonly chunks: readonly (readonly Buffer[])[];

  constructor(
    private readonly load: Load,
    private readonly name: string,
  ) {
    this.uuid = load.random.uuid();
    const stamp = load.random.bytes(16);
    this.chunks = [
      [stamp, load.body.subarray(16)],
      [stamp, load.body.subarray(0, 1000)],
    ];
  }

  private get sha256(): string {
    const hash = createHash('sha256');
    for (const buffer of this.chunks.flat()) hash.update(buffer);
    return hash.digest('hex');
  }

  /** Sends a chunk until it is taken, as a client does that is told to come again. */
  private async send(index: 0 | 1): Promise<Answer> {
    for (;;) {
      const answer = await this.post(index);
      this.load.requests += 1;
      if (answer.status !== 503) return answer;
      this.load.busy += 1;
      await pause(1000 * Number(answer.headers['retry-after'] ?? 1));
    }
  }

  private post(index: 0 | 1): Promise<Answer> {
    const size = CHUNK + 1016;
    const boundary = newBoundary();
    const field = (name: string, value: string | number) =>
      Buffer.concat([partHead({ name, value: '' }, boundary), Buffer.from(`${value}\r\n`)]);
    const form = [
      ...[field('dzuuid', this.uuid), field('dzchunkindex', index), field('dztotalfilesize', size)],
      ...[field('dzchunksize', CHUNK), field('dztotalchunkcount', 2), field('dzchunkbyteoffset', index * CHUNK)],
      partHead({ name: 'file', fileName: this.name, value: '' }, boundary),
      ...(this.chunks[index] ?? []),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ];
    return this.load.product.send('/upload', {
      method: 'POST',
      headers: {
        ...DROPZONE_HEADERS,
        'Content-Type': `multipart/form-data; boundary=${boundary}`,
        'Content-Length': form.reduce((sum, { length }) => sum + length, 0),
      },
      body: Readable.from(form),
    });
  }

  async run(): Promise<void> {
    resultOf(await this.send(0));
    let { upload, file } = resultOf(await this.send(1));
    // Asked as rarely as clients do: a thousand that ask without a pause would be a load of another kind.
    while (upload.state === 'completing') {
      await pause(1_000);
      ({ upload, file } = await this.load.product.status(upload.id));
    }
    expect({ state: upload.state, sha256: file?.sha256 }).toEqual({ state: 'complete', sha256: this.sha256 });
  }
}
