import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadListSchema } from '@stowage/contract';
import { expectRefusal } from './support/bad-input.js';
import { allocatedIn } from './support/disk.js';
import { DropzoneUpload, resultOf } from './support/dropzone.js';
import { Product } from './support/product.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { Random, sha256 } from './support/random.js';
import { until } from './support/until.js';

const product = new Product();
const random = new Random('cancel and delete');
beforeAll(() => product.start());
afterAll(() => product.dispose());

function newUpload(name: string, content = random.bytes(500_000)): DropzoneUpload {
  return new DropzoneUpload(product, { name, content, chunkSize: 100_000 });
}

function remove(path: string) {
  return product.send(path, { method: 'DELETE' });
}

describe('a cancelled upload', () => {
  it('gives its bytes back, and refuses late chunks', async () => {
    const upload = newUpload('cancelled.bin');
    const [first] = await upload.sendAll([0, 1, 3]);
    const { id } = resultOf(first ?? (await upload.send(0))).upload;

    expect((await remove(`/api/uploads/${id}`)).status).toBe(204);

    expect(product.staged).toEqual([]);
    expect(await product.unfinished()).toEqual([]);
    expect((await product.status(id)).upload.state).toBe('cancelled');
    expectRefusal(await upload.send(2), 410, 'upload-cancelled');
    expect(product.staged).toEqual([]);
    // Again is no fault: a client may not have seen the first answer.
    expect((await remove(`/api/uploads/${id}`)).status).toBe(204);
  });

  it('lets the same file begin again, under the same name and key', async () => {
    const upload = newUpload('half.bin');
    const { id } = resultOf(await upload.send(0)).upload;
    await upload.sendAll([1, 2]);
    await remove(`/api/uploads/${id}`);

    const file = await upload.complete();
    expect(file.sha256).toBe(sha256(upload.source.content as Buffer));
  });

  it('ends the requests that are writing to it', async () => {
    const content = random.bytes(6_000_000);
    const upload = new DropzoneUpload(product, { name: 'writing.bin', content, chunkSize: 3_000_000 });
    const { id } = resultOf(await upload.send(0)).upload;
    const { contentType, body } = upload.form(1);
    const socket = await RawSocket.open(product.port);
    const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
    await socket.write(requestHead('POST', '/upload', headers));
    // More than is gathered for one write.
    await socket.write(body.subarray(0, 2_500_000));
    await until('bytes of it are on the disk', () => product.staged.some(({ size }) => size > 3_000_000));

    expect((await remove(`/api/uploads/${id}`)).status).toBe(204);
    const answer = await socket.answer(5_000);
    if (answer !== null) expectRefusal(answer, 410, 'upload-cancelled');
    socket.close();
    await until('no byte is left', () => product.staged.length === 0);
    expect((await product.status(id)).upload.state).toBe('cancelled');
  });

  it('that a client gave up halfway does not block its name', async () => {
    await newUpload('given up.bin').sendAll([0, 1, 2]);

    const again = newUpload('given up.bin');
    expect((await again.complete()).sha256).toBe(sha256(again.source.content as Buffer));

    const [left] = await product.unfinished();
    expect(left).toMatchObject({ name: 'given up.bin', received: 300_000, length: 500_000 });
    await remove(`/api/uploads/${left?.id ?? ''}`);
  });

  it('cannot be one that has completed', async () => {
    const upload = newUpload('done.bin');
    const file = await upload.complete();
    const { id } = resultOf(await upload.send(0)).upload;

    const answer = await remove(`/api/uploads/${id}`);
    expect(answer.status).toBe(409);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.problem.code).toBe('upload-finished');
    expect((await product.send(file.url)).status).toBe(200);
  });

  it('is listed as what it is', async () => {
    const { uploads } = (await product.send('/api/uploads?state=cancelled')).as(uploadListSchema);

    expect(uploads.map(({ name }) => name)).toEqual(expect.arrayContaining(['cancelled.bin', 'given up.bin']));
  });
});

describe('equal content', () => {
  const content = random.bytes(300_000);

  it('is stored once, and lives as long as one file has it', async () => {
    const before = product.blobs.length;
    const [first, second] = [await newUpload('one', content).complete(), await newUpload('two', content).complete()];
    expect(product.blobs.length - before).toBe(1);
    expect(first.sha256).toBe(second.sha256);

    expect((await remove(`/api/files/${first.id}?permanent=true`)).status).toBe(204);
    expect(sha256(await product.download(second.id))).toBe(sha256(content));
    expect((await remove(`/api/files/${second.id}?permanent=true`)).status).toBe(204);
    await until('the content is gone from the disk', () => product.blobs.length === before);
  });

  it('can come again after it was gone', async () => {
    const file = await newUpload('three', content).complete();

    expect(sha256(await product.download(file.id))).toBe(sha256(content));
    await remove(`/api/files/${file.id}?permanent=true`);
  });

  it('comes and goes at the same time without loss', async () => {
    for (let round = 0; round < 10; round++) {
      const old = await newUpload(`old ${round}`, content).complete();
      const upload = newUpload(`new ${round}`, content);
      await upload.sendAll([0, 1]);
      const [, last] = await Promise.all([remove(`/api/files/${old.id}?permanent=true`), upload.send(2)]);
      resultOf(last);
      const file = await upload.complete();
      expect(sha256(await product.download(file.id))).toBe(sha256(content));
      await remove(`/api/files/${file.id}?permanent=true`);
    }
  });

  it('does not show in what a client can see', async () => {
    const [first, second] = [await newUpload('four', content).complete(), await newUpload('five', content).complete()];

    const etags = [first, second].map(async ({ url }) => (await product.send(url, { method: 'HEAD' })).headers.etag);
    expect(new Set(await Promise.all(etags)).size).toBe(2);
  });
});

describe('a deleted file', () => {
  it('is gone everywhere', async () => {
    const file = await newUpload('gone.bin').complete();
    await remove(`/api/files/${file.id}?permanent=true`);

    for (const path of [`/api/files/${file.id}`, file.url]) {
      const answer = await product.send(path);
      expect(answer.status).toBe(404);
      expect(answer.problem.code).toBe('file-not-found');
    }
    expect((await remove(`/api/files/${file.id}?permanent=true`)).status).toBe(404);
  });

  it('leaves only what other files need on the disk', async () => {
    await product.clear();

    await until('the disk is empty', () => allocatedIn(product.dataDir) === 0);
  });
});
