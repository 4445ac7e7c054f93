import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { balanced } from '../support/conservation.js';
import { peakMemory } from '../support/disk.js';
import { DROPZONE_HEADERS, resultOf } from '../support/dropzone.js';
import { newBoundary, partHead } from '../support/form.js';
import type { Answer } from '../support/http.js';
import { Product } from '../support/product.js';
import { Random } from '../support/random.js';

/** 1000 for the figures of docs/evidence/engine.md. */
const UPLOADS = Number(process.env.STOWAGE_LOAD ?? 40);
const MIB = 1024 * 1024;
const CHUNK = 5 * MIB;
const MOST_MEMORY = 400 * MIB;
const MOST_LAG_SECONDS = 0.05;

const product = new Product({ env: { LOG_LEVEL: 'warn' } });
const random = new Random('load');
/** The same for all, but for its first bytes: a thousand contents would not fit in our own memory. */
const body = random.bytes(CHUNK);
beforeAll(() => product.start());
afterAll(() => product.dispose());

let requests = 0;
let busy = 0;

/** A file of two chunks: 5 MiB, and a short one. */
class LoadUpload {
  private readonly uuid = random.uuid();
  private readonly stamp = random.bytes(16);
  private readonly chunks = [
    [this.stamp, body.subarray(16)],
    [this.stamp, body.subarray(0, 1000)],
  ] as const;

  constructor(private readonly name: string) {}

  get sha256(): string {
    const hash = createHash('sha256');
    for (const buffer of this.chunks.flat()) hash.update(buffer);
    return hash.digest('hex');
  }

  /** Sends a chunk until it is taken, as a client does that is told to come again. */
  private async send(index: 0 | 1): Promise<Answer> {
    for (;;) {
      const answer = await this.post(index);
      requests += 1;
      if (answer.status !== 503) return answer;
      busy += 1;
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
      ...this.chunks[index],
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ];
    return product.send('/upload', {
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
      ({ upload, file } = await product.status(upload.id));
    }
    expect({ state: upload.state, sha256: file?.sha256 }).toEqual({ state: 'complete', sha256: this.sha256 });
  }
}

/** A figure of `/metrics`. */
async function metric(name: string): Promise<number> {
  const { text } = await product.send('/metrics');
  return Number(new RegExp(`^${name} (\\S+)$`, 'mu').exec(text)?.[1]);
}

it(
  `${UPLOADS} uploads at once with chunks of 5 MiB all complete, in bounded memory`,
  async () => {
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: UPLOADS }, (_, index) => new LoadUpload(`load ${index}`).run()));
    const seconds = (performance.now() - startedAt) / 1000;
    const memory = peakMemory(product.process.pid);
    const lag = await metric('stowage_event_loop_lag_p99_seconds');
    process.stderr.write(
      `${UPLOADS} uploads in ${seconds.toFixed(1)} s: ${requests} requests, ${busy} answered 503, ` +
        `peak memory ${Math.round(memory / MIB)} MiB, event-loop lag p99 ${Math.round(lag * 1000)} ms\n`,
    );
    expect(busy / requests).toBeLessThanOrEqual(0.01);
    expect(memory).toBeLessThanOrEqual(MOST_MEMORY);
    // A machine that runs other tests beside says little about delays: they count where the load is asked for.
    const most = process.env.STOWAGE_LOAD === undefined ? 10 : MOST_LAG_SECONDS;
    expect(lag).toBeLessThanOrEqual(most);
    expect(await balanced(product)).toEqual([]);
  },
  60_000 + UPLOADS * 2_000,
);
