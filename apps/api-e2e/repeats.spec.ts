import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DropzoneUpload, fileOf, resultOf } from './support/dropzone.js';
import { Product } from './support/product.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { Random, sha256 } from './support/random.js';
import { until } from './support/until.js';

const product = new Product();
const random = new Random('repeats');
beforeAll(() => product.start());
afterAll(() => product.dispose());

function newUpload(name: string): DropzoneUpload {
  return new DropzoneUpload(product, { name, content: random.bytes(500_000), chunkSize: 100_000 });
}

describe('a chunk that is held already', () => {
  it('is accepted and not written again', async () => {
    const upload = newUpload('twice.bin');
    await upload.send(1);
    const [file] = product.staged;
    const before = statSync(file?.path ?? '').mtimeMs;

    // Other bytes under the same index: what was acknowledged stays.
    const answer = await upload.send(1, { bytes: random.bytes(100_000) });

    expect(answer.status).toBe(200);
    expect(resultOf(answer).upload.received).toBe(100_000);
    expect(statSync(file?.path ?? '').mtimeMs).toBe(before);
    expect((await upload.complete()).sha256).toBe(sha256(upload.source.content as Buffer));
  });

  it('is accepted before its bytes have come', async () => {
    const upload = newUpload('fast.bin');
    await upload.send(2);
    const { contentType, body } = upload.form(2);
    const socket = await RawSocket.open(product.port);
    const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
    await socket.write(requestHead('POST', '/upload', headers));
    await socket.write(body.subarray(0, 1_500));

    expect((await socket.answer(5_000))?.status).toBe(200);
    socket.close();
    await upload.complete();
  });
});

describe('a chunk of a completed upload', () => {
  it.each([0, 2, 4])('is answered with the file: %d', async (index) => {
    const upload = newUpload(`completed ${index}.bin`);
    const file = await upload.complete();

    const answer = await upload.send(index);

    expect(answer.status).toBe(201);
    expect(resultOf(answer)).toMatchObject({ complete: true, file, upload: { state: 'complete', received: 500_000 } });
  });

  it('even all of them again, in parallel', async () => {
    const upload = newUpload('all again.bin');
    const file = await upload.complete();

    const results = (await upload.sendAll(random.shuffled(upload.indexes), 5)).map(resultOf);

    expect(new Set(results.map((result) => result.file?.id))).toEqual(new Set([file.id]));
    expect(product.staged).toEqual([]);
  });

  it('even after a restart', async () => {
    const upload = newUpload('restart.bin');
    const file = await upload.complete();
    await product.stop();
    await product.start();

    expect(resultOf(await upload.send(3)).file).toEqual(file);
  });
});

describe('the same chunk twice at the same time', () => {
  it('is written once, whichever comes first', async () => {
    const upload = newUpload('race.bin');
    const { contentType, body } = upload.form(0);
    const slow = await RawSocket.open(product.port);
    const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
    await slow.write(requestHead('POST', '/upload', headers));
    await slow.write(body.subarray(0, 50_000));
    await until('the first has begun', async () => (await product.unfinished()).length > 0);

    const second = upload.send(0);
    await slow.write(body.subarray(50_000));
    const [first, other] = await Promise.all([slow.answer(), second]);
    slow.close();

    // The second may overtake (then the first is told to come again), but both can never fail.
    expect([first?.status, other.status]).toContain(200);
    await upload.sendAll([1, 2, 3, 4]);
    const file = await fileOf(product, [resultOf(await upload.send(0))]);
    expect(file.sha256).toBe(sha256(upload.source.content as Buffer));
  });
});

describe('the same chunk again while its first request hangs', () => {
  /** A first request of which half has come and no more does. */
  async function hanging(upload: DropzoneUpload): Promise<RawSocket> {
    const { contentType, body } = upload.form(0);
    const socket = await RawSocket.open(product.port);
    const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
    await socket.write(requestHead('POST', '/upload', headers));
    await socket.write(body.subarray(0, 50_000));
    const begun = async () =>
      (await product.unfinished()).some(({ name, active }) => name === upload.source.name && active);
    await until('the first has begun', begun);
    return socket;
  }

  it('takes its turn, and the first is told to ask what is held', async () => {
    const upload = newUpload('overtaken.bin');
    const first = await hanging(upload);

    expect((await upload.send(0)).status).toBe(200);

    const answer = await first.answer();
    first.close();
    expect(answer?.status).toBe(409);
    expect(answer?.problem).toMatchObject({ code: 'superseded', retryable: false });
    expect((await upload.complete()).sha256).toBe(sha256(upload.source.content as Buffer));
  });

  it('is what a list tells, until the client has gone', async () => {
    const upload = newUpload('active.bin');
    const { id } = resultOf(await upload.send(1)).upload;
    const first = await hanging(upload);
    expect((await product.status(id)).upload.active).toBe(true);
    first.vanish();
    await until('nobody sends it', async () => !(await product.status(id)).upload.active);
    expect((await product.unfinished()).find((other) => other.id === id)?.active).toBe(false);
  });

  it('keeps its own bytes when the two clients have different files', async () => {
    const upload = newUpload('two files.bin');
    const first = await hanging(upload);
    const other = random.bytes(100_000);

    expect((await upload.send(0, { bytes: other })).status).toBe(200);

    await first.answer();
    first.close();
    const file = await upload.complete();
    const expected = Buffer.concat([other, (upload.source.content as Buffer).subarray(100_000)]);
    expect(file.sha256).toBe(sha256(expected));
  });
});
