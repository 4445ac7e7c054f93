import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type StoredFile } from '@stowage/contract';
import { expectRefusal } from './support/bad-input.js';
import { allocatedIn } from './support/disk.js';
import { DropzoneUpload, fileOf, resultOf } from './support/dropzone.js';
import type { Answer } from './support/http.js';
import { Product } from './support/product.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { Random, sha256 } from './support/random.js';

const product = new Product();
const random = new Random('taken names');
beforeAll(() => product.start());
afterAll(() => product.dispose());

function newUpload(name: string, size = 600_000): DropzoneUpload {
  return new DropzoneUpload(product, { name, content: random.bytes(size), chunkSize: 100_000 });
}

function expectTaken(answer: Answer): void {
  expectRefusal(answer, 409, 'name-taken');
  expect(answer.type).toBe('application/json');
  expect(answer.problem).toMatchObject({
    error: 'File already exists',
    title: 'File already exists',
    retryable: false,
  });
}

async function filesNamed(name: string): Promise<StoredFile[]> {
  return (await product.files()).filter((file) => file.name === name);
}

function remove(file: StoredFile): Promise<Answer> {
  return product.send(`/api/files/${file.id}`, { method: 'DELETE' });
}

describe('a name that a file has', () => {
  it('is refused on the first chunk', async () => {
    await newUpload('first.bin').complete();
    const before = allocatedIn(product.dataDir);

    expectTaken(await newUpload('first.bin').send(0));
    expect(allocatedIn(product.dataDir)).toBe(before);
    expect(await product.unfinished()).toEqual([]);
  });

  it('is refused before a byte of the file has come', async () => {
    await newUpload('early.bin').complete();
    const { contentType, body } = newUpload('early.bin').form(0);
    const socket = await RawSocket.open(product.port);
    const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
    await socket.write(requestHead('POST', '/upload', headers));
    await socket.write(body.subarray(0, body.indexOf('application/octet-stream') + 40));

    expectRefusal(await socket.answer(5_000), 409, 'name-taken');
    socket.close();
  });

  it('is refused to all chunks that come at once, and to those that come late', async () => {
    const first = await newUpload('late.bin').complete();
    const upload = newUpload('late.bin', 2_000_000);
    for (const answer of await upload.sendAll(random.shuffled(upload.indexes), 20)) expectTaken(answer);
    expect(product.staged).toEqual([]);

    await remove(first);
    // The name is free by now, but a retry never turns a refusal into success; beginning again does.
    for (const index of [3, 19, 1]) expectTaken(await upload.send(index));
    expect((await upload.send(0)).status).toBe(200);
    const file = await upload.complete(4);
    expect(file.size).toBe(2_000_000);
  });

  it('is refused again for as long as it is taken', async () => {
    await newUpload('again.bin').complete();
    const upload = newUpload('again.bin');

    for (let attempt = 0; attempt < 5; attempt++) expectTaken(await upload.send(0));
    expect(await filesNamed('again.bin')).toHaveLength(1);
  });

  it('is free in another folder, and after the file was deleted', async () => {
    const file = await newUpload('free.bin').complete();
    const source = { name: 'free.bin', content: random.bytes(10), chunkSize: 10, fields: { path: 'elsewhere' } };
    await new DropzoneUpload(product, source).complete();

    expect((await remove(file)).status).toBe(204);
    const content = random.bytes(100);
    const anew = await new DropzoneUpload(product, { name: 'free.bin', content, chunkSize: 100 }).complete();
    expect(anew.id).not.toBe(file.id);
    expect(sha256(await product.download(anew.id))).toBe(sha256(content));
    expect((await product.send(file.url)).status).toBe(404);
  });
});

describe('a name that only an unfinished upload has', () => {
  it('is free', async () => {
    const half = newUpload('unfinished.bin');
    await half.sendAll([0, 1, 2]);
    const other = newUpload('unfinished.bin');

    const file = await other.complete();

    expect(file.sha256).toBe(sha256(other.source.content as Buffer));
  });
});

describe('two uploads of one name', () => {
  it('at once make one file, of one of them', async () => {
    const uploads = [newUpload('both.bin'), newUpload('both.bin')];
    const answers = await Promise.all(uploads.map((upload) => upload.sendAll(random.shuffled(upload.indexes), 3)));

    const completed = answers.map((all) => all.every(({ status }) => status < 300));
    expect(completed.filter(Boolean)).toHaveLength(1);
    const winner = completed.indexOf(true);
    const refused = (answers[1 - winner] ?? []).filter(({ status }) => status > 299);
    expect(refused).toHaveLength(1);
    refused.forEach(expectTaken);
    const [file, ...others] = await filesNamed('both.bin');
    expect(others).toEqual([]);
    const content = uploads[winner]?.source.content as Buffer;
    expect(sha256(await product.download(file?.id ?? ''))).toBe(sha256(content));
  });

  it('leave the second whole but refused, until its name is free', async () => {
    const winner = newUpload('held.bin');
    const loser = newUpload('held.bin');
    await loser.sendAll(loser.indexes.slice(0, -1));
    const file = await winner.complete();

    for (const index of [loser.count - 1, loser.count - 1, 0, 2]) expectTaken(await loser.send(index));
    const [held] = (await product.unfinished()).filter(({ name }) => name === 'held.bin');
    expect(held).toMatchObject({ state: 'receiving', reason: 'name-taken', received: loser.size, length: loser.size });

    await remove(file);
    const own = await fileOf(product, [resultOf(await loser.send(2))]);
    expect(sha256(await product.download(own.id))).toBe(sha256(loser.source.content as Buffer));
    expect(await filesNamed('held.bin')).toHaveLength(1);
  });

  it('fifty at once make one file', async () => {
    const uploads = Array.from({ length: 50 }, () => newUpload('fifty.bin', 1_000));
    const answers = await Promise.all(uploads.map((upload) => upload.send(0)));

    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    answers.filter(({ status }) => status > 299).forEach(expectTaken);
    expect(await filesNamed('fifty.bin')).toHaveLength(1);
  });
});
