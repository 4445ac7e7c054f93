import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DropzoneUpload, resultOf } from './support/dropzone.js';
import { Product } from './support/product.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { Random, sha256 } from './support/random.js';
import { until } from './support/until.js';

const product = new Product({ env: { STOWAGE_MAX_CHUNK_REQUESTS: '2' } });
const random = new Random('overload');
beforeAll(() => product.start());
afterAll(() => product.dispose());

/** A request that keeps its place: a part of its body is there, the rest waits for us. */
class SlowRequest {
  private constructor(
    private readonly socket: RawSocket,
    private readonly rest: Buffer,
    readonly upload: DropzoneUpload,
  ) {}

  static async begin(name: string): Promise<SlowRequest> {
    const upload = new DropzoneUpload(product, { name, content: random.bytes(200_000), chunkSize: 200_000 });
    const { contentType, body } = upload.form(0);
    const socket = await RawSocket.open(product.port);
    const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
    await socket.write(requestHead('POST', '/upload', headers));
    await socket.write(body.subarray(0, 100_000));
    await until('it has begun', async () => (await product.unfinished()).some((begun) => begun.name === name));
    return new SlowRequest(socket, body.subarray(100_000), upload);
  }

  async finish(): Promise<void> {
    await this.socket.write(this.rest);
    const answer = await this.socket.answer();
    this.socket.close();
    expect(answer?.status).toBe(201);
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({
      file: { sha256: sha256(this.upload.source.content as Buffer) },
    });
  }
}

function newUpload(name: string): DropzoneUpload {
  return new DropzoneUpload(product, { name, content: random.bytes(1_000), chunkSize: 1_000 });
}

describe('a request over the cap', () => {
  it('waits for its turn', async () => {
    const slow = [await SlowRequest.begin('slow 1'), await SlowRequest.begin('slow 2')];
    const waiting = ['waits 1', 'waits 2', 'waits 3'].map((name) => newUpload(name).send(0));
    // What is no upload is not held up by uploads.
    expect((await product.send('/api/files')).status).toBe(200);
    expect((await product.send('/readyz')).status).toBe(200);
    expect((await product.unfinished()).map(({ name }) => name)).toEqual(['slow 2', 'slow 1']);

    await slow[0]?.finish();

    for (const answer of await Promise.all(waiting)) expect(resultOf(answer).complete).toBe(true);
    await slow[1]?.finish();
  });

  it('is told to come again later when none got on for twenty seconds', async () => {
    const slow = [await SlowRequest.begin('slower 1'), await SlowRequest.begin('slower 2')];
    const upload = newUpload('comes again');
    const startedAt = performance.now();

    const answer = await upload.send(0);

    const seconds = (performance.now() - startedAt) / 1_000;
    expect(seconds).toBeGreaterThan(19);
    expect(seconds).toBeLessThan(25);
    expect(answer.status).toBe(503);
    expect(answer.type).toBe('application/json');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.problem).toMatchObject({ code: 'overloaded', retryable: true, error: expect.any(String) });

    for (const request of slow) await request.finish();
    expect(resultOf(await upload.send(0)).complete).toBe(true);
    expect(await product.unfinished()).toEqual([]);
    expect(product.staged).toEqual([]);
  });

  it('that goes away while it waits takes no place', async () => {
    const slow = [await SlowRequest.begin('slowest 1'), await SlowRequest.begin('slowest 2')];
    const { contentType, body } = newUpload('gone').form(0);
    const gone = await RawSocket.open(product.port);
    const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
    await gone.write(requestHead('POST', '/upload', headers));
    gone.vanish();
    const waiting = newUpload('stays').send(0);

    await slow[0]?.finish();

    expect(resultOf(await waiting).complete).toBe(true);
    await slow[1]?.finish();
  });
});
