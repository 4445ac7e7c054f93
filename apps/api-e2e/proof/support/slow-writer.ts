import { PassThrough } from 'node:stream';
import { query } from '../../support/database.js';
import type { Answer } from '../../support/http.js';
import type { Product } from '../../support/product.js';
import { begin } from '../../support/rest.js';
import { until } from '../../support/until.js';

/** An upload of one body, of which only the first half has come: it is under way until it is told to go on. */
export class SlowWriter {
  private constructor(
    readonly id: string,
    private readonly body: PassThrough,
    private readonly rest: Buffer,
    private readonly answer: Promise<Answer>,
  ) {}

  /** Begins one, and waits until the server reads its body. */
  static async begin(product: Product, name: string, content: Buffer): Promise<SlowWriter> {
    const upload = await begin(product, { name, length: content.length });
    const half = content.length >> 1;
    const body = new PassThrough();
    const headers = {
      'Content-Range': `bytes 0-${content.length - 1}/${content.length}`,
      'Content-Length': content.length,
    };
    const answer = product.send(`${upload.path}/bytes`, { method: 'PUT', headers, body });
    // It may be refused before anybody waits for it.
    answer.catch(() => undefined);
    body.write(content.subarray(0, half));
    const leases = `SELECT 1 FROM upload_leases WHERE upload_id = '${upload.id}'`;
    await until('its bytes are read', async () => (await query(product.databaseUrl, leases)).length > 0);
    return new SlowWriter(upload.id, body, content.subarray(half), answer);
  }

  /** Sends the rest. */
  async goOn(): Promise<Answer> {
    this.body.end(this.rest);
    return this.answer;
  }
}
