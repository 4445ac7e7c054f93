import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadStatusSchema } from '@stowage/contract';
import { balanced } from './support/conservation.js';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { Random } from './support/random.js';
import { spacesOf } from './support/spaces.js';

const product = new Product({ env: { STOWAGE_QUOTA: '100000', STOWAGE_MAX_OPEN_UPLOADS: '3' } });
const random = new Random('quota');
beforeAll(() => product.start());
afterAll(() => product.dispose());

const usage = async () => {
  const [space] = await spacesOf(product);
  return { quota: space?.quota, used: space?.used, reserved: space?.reserved };
};

const fileOfSize = (name: string, size: number): DropzoneUpload =>
  new DropzoneUpload(product, { name, content: random.bytes(size), chunkSize: 20_000 });

function begin(name: string, length: number | null) {
  return product.send('/api/uploads', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, length }),
  });
}

describe('a quota', () => {
  it('is used by files, in full, and given back with them', async () => {
    const content = random.bytes(30_000);
    const files = [];
    for (const name of ['one', 'two']) {
      files.push(await new DropzoneUpload(product, { name, content, chunkSize: 20_000 }).complete());
    }
    expect(await usage()).toEqual({ quota: 100_000, used: 60_000, reserved: 0 });
    expect((await product.send(`/api/files/${files[0]?.id}`, { method: 'DELETE' })).status).toBe(204);
    // In the trash it counts as before.
    expect(await usage()).toEqual({ quota: 100_000, used: 60_000, reserved: 0 });
    expect((await product.send(`/api/files/${files[0]?.id}?permanent=true`, { method: 'DELETE' })).status).toBe(204);
    expect(await usage()).toEqual({ quota: 100_000, used: 30_000, reserved: 0 });
  });

  it('refuses what does not fit before a byte of it is sent', async () => {
    const large = fileOfSize('large', 70_001);
    const { contentType, body } = large.form(0);
    const socket = await RawSocket.open(product.port);
    const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
    await socket.write(requestHead('POST', '/upload', headers));
    // The fields and the beginning of the file's part; the file's bytes stay here.
    await socket.write(body.subarray(0, body.indexOf('application/octet-stream') + 28));
    const answer = await socket.answer();
    socket.close();
    expect(answer?.status).toBe(413);
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({ code: 'quota-exceeded', retryable: false });
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({ error: expect.stringContaining('70000 are free') });
    const refused = await begin('large too', 70_001);
    expect([refused.status, refused.problem.code]).toEqual([413, 'quota-exceeded']);
    expect((await fileOfSize('fits', 70_000).complete()).size).toBe(70_000);
    for (const { id } of await product.files())
      await product.send(`/api/files/${id}?permanent=true`, { method: 'DELETE' });
  });

  it('refuses the bytes that do not fit of an upload whose length nobody knows, and keeps the others', async () => {
    const upload = (await begin('endless', null)).as(uploadStatusSchema).upload;
    const append = (offset: number, size: number) =>
      product.send(`/api/uploads/${upload.id}`, {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/octet-stream', 'Upload-Offset': offset },
        body: random.bytes(size),
      });
    expect((await append(0, 90_000)).status).toBe(200);
    const refused = await append(90_000, 10_001);
    expect([refused.status, refused.problem.code]).toEqual([413, 'quota-exceeded']);
    expect((await append(90_000, 10_000)).status).toBe(200);
    expect(await usage()).toEqual({ quota: 100_000, used: 0, reserved: 100_000 });
    expect((await product.send(`/api/uploads/${upload.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await usage()).toEqual({ quota: 100_000, used: 0, reserved: 0 });
  });
});

it('one owner has so many unfinished uploads and no more, and is told when to come again', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => begin(`open ${index}`, 1)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(9);
  for (const answer of refused) {
    expect(answer.problem).toMatchObject({ code: 'too-many-uploads', retryable: true });
    expect(answer.headers['retry-after']).toBe('60');
  }
  for (const { id } of await product.unfinished()) await product.send(`/api/uploads/${id}`, { method: 'DELETE' });
  expect((await begin('again', 1)).status).toBe(201);
});

it('what was counted is what is there', async () => {
  for (const { id } of await product.unfinished()) await product.send(`/api/uploads/${id}`, { method: 'DELETE' });
  expect(await balanced(product)).toEqual([]);
});
