import { uploadStatusSchema, type ByteRange } from '@stowage/contract';
import type { Answer } from '../../support/http.js';
import type { Product } from '../../support/product.js';
import type { Random } from '../../support/random.js';
import { contentDigest, postJson, RestUpload } from '../../support/rest.js';

/** What a transfer needs of whoever sends its chunks. */
export interface Sender {
  readonly indexes: number[];
  range(index: number): ByteRange;
  bytes(index: number): Buffer;
  send(index: number): Promise<Answer>;
}

/** Sends a file over REST: chunks by index or by range, in any order, some with their digest. */
export class RestSender implements Sender {
  private readonly key: string;
  private upload: RestUpload | null = null;

  constructor(
    private readonly product: Product,
    private readonly source: { readonly name: string; readonly content: Buffer; readonly chunkSize: number },
    private readonly random: Random,
  ) {
    this.key = random.uuid();
  }

  get indexes(): number[] {
    return Array.from({ length: Math.ceil(this.source.content.length / this.source.chunkSize) }, (_, index) => index);
  }

  range(index: number): ByteRange {
    const start = index * this.source.chunkSize;
    return { start, end: Math.min(this.source.content.length, start + this.source.chunkSize) };
  }

  bytes(index: number): Buffer {
    const { start, end } = this.range(index);
    return this.source.content.subarray(start, end);
  }

  async send(index: number): Promise<Answer> {
    const digest = this.random.integer(2) === 0 ? contentDigest(this.bytes(index)) : {};
    const byIndex = this.random.integer(2) === 0;
    if (this.upload === null) {
      const answer = await this.begin();
      if (answer.status > 299) return answer;
      this.upload = new RestUpload(this.product, answer.as(uploadStatusSchema).upload.id);
    }
    if (byIndex) return this.upload.chunk(index, this.bytes(index), digest);
    return this.upload.bytes(this.range(index).start, this.bytes(index), this.source.content.length, digest);
  }

  /** The same key each time: however often it is asked, it is one upload. */
  private begin(): Promise<Answer> {
    const { name, content, chunkSize } = this.source;
    const wanted = { name, length: content.length, chunkSize };
    return postJson(this.product, '/api/uploads', wanted, { 'Idempotency-Key': this.key });
  }
}
