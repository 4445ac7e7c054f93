import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { fileSchema, uploadResultSchema, uploadStatusSchema } from '@stowage/contract';
import { balanced } from './support/conservation.js';
import { Product } from './support/product.js';
import { Random, sha256 } from './support/random.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { begin, contentDigest, postJson } from './support/rest.js';
import { atOnce, until } from './support/until.js';

const product = new Product({ env: { STOWAGE_MAX_CHUNK_SIZE: '2000000' } });
const random = new Random('REST');
beforeAll(() => product.start());
afterEach(() => product.clear());
afterAll(() => product.dispose());

const held = (answer: { readonly text: string }): number =>
  uploadResultSchema.parse(JSON.parse(answer.text)).upload.received;

describe('an upload by chunks', () => {
  const content = random.bytes(1_000_000);
  const size = 300_000;
  const chunk = (index: number): Buffer => content.subarray(index * size, (index + 1) * size);

  it('takes them in any order, at once and twice, and becomes the file', async () => {
    const upload = await begin(product, { name: 'a.bin', path: 'x/y', length: content.length, chunkSize: size });
    const answers = await atOnce(
      4,
      [2, 0, 0, 2].map((index) => () => upload.chunk(index, chunk(index))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await upload.status()).toMatchObject({
      offset: size,
      missing: [
        { start: size, end: 2 * size },
        { start: 3 * size, end: content.length },
      ],
      bitmap: Buffer.of(0b0101).toString('base64'),
    });
    await upload.chunk(3, chunk(3));
    const last = await upload.chunk(1, chunk(1));
    expect(last.status).toBe(201);
    expect(last.as(uploadResultSchema).file).toMatchObject({ name: 'a.bin', path: 'x/y', sha256: sha256(content) });
    expect((await upload.content(last)).equals(content)).toBe(true);
    const late = await upload.chunk(1, chunk(1));
    expect([late.status, late.text]).toEqual([201, last.text]);
  });

  it('tells by header how far it is', async () => {
    const upload = await begin(product, { name: 'b.bin', length: content.length, chunkSize: size });
    const answer = await upload.chunk(0, chunk(0));
    for (const { headers } of [
      answer,
      await product.send(upload.path),
      await product.send(upload.path, { method: 'HEAD' }),
    ]) {
      expect(headers).toMatchObject({ 'upload-offset': String(size), 'upload-length': String(content.length) });
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('refuses a chunk of another length, or of no such index, before its bytes', async () => {
    const upload = await begin(product, { name: 'c.bin', length: content.length, chunkSize: size });
    expect((await upload.chunk(0, chunk(3))).problem).toMatchObject({ code: 'size-mismatch', status: 400 });
    for (const index of [4, -1, 1.5])
      expect((await upload.chunk(index, chunk(0))).problem.code).toBe('range-outside-upload');
    const whole = await begin(product, { name: 'd.bin', length: content.length });
    expect((await whole.chunk(0, chunk(0))).problem.code).toBe('no-chunk-size');
    expect((await upload.status()).upload.received).toBe(0);
  });

  it('drops a chunk that breaks off', async () => {
    const upload = await begin(product, { name: 'e.bin', length: content.length, chunkSize: size });
    const socket = await RawSocket.open(product.port);
    const host = `localhost:${product.port}`;
    await socket.write(requestHead('PUT', `${upload.path}/chunks/0`, { Host: host, 'Content-Length': size }));
    await socket.write(chunk(0).subarray(0, 200_000));
    await until('bytes are on the disk', () => product.staged.length > 0);
    socket.vanish();
    expect((await upload.chunk(0, chunk(0))).status).toBe(200);
    expect((await upload.status()).upload.received).toBe(size);
  });
});

describe('an upload by ranges', () => {
  const content = random.bytes(500_000);

  it('takes ranges that overlap and change their size', async () => {
    const upload = await begin(product, { name: 'a.bin', length: content.length });
    for (const [start, end] of [
      [100_000, 200_000],
      [150_000, 300_000],
      [0, 120_000],
    ] as const) {
      expect((await upload.bytes(start, content.subarray(start, end), content.length)).status).toBe(200);
    }
    expect(await upload.status()).toMatchObject({ offset: 300_000, missing: [{ start: 300_000, end: 500_000 }] });
    expect((await upload.status()).bitmap).toBeUndefined();
    const last = await upload.bytes(250_000, content.subarray(250_000));
    expect((await upload.content(last)).equals(content)).toBe(true);
  });

  it('refuses what lies outside, is too large or has another length', async () => {
    const upload = await begin(product, { name: 'b.bin', length: 400_000 });
    expect((await upload.bytes(0, content)).problem.code).toBe('range-outside-upload');
    expect((await upload.bytes(0, content.subarray(0, 10), 500_000)).problem.code).toBe('range-outside-upload');
    const range = { 'Content-Range': 'bytes 0-9/400000' };
    expect((await upload.bytes(0, content.subarray(0, 11), '*', range)).problem.code).toBe('size-mismatch');
    const large = await begin(product, { name: 'c.bin', length: 3_000_000 });
    const answer = await large.bytes(0, Buffer.alloc(2_000_001));
    expect(answer.problem).toMatchObject({ code: 'chunk-too-large', status: 413 });
  });
});

describe('an upload by appends', () => {
  const content = random.bytes(400_000);

  it('goes on where it is, and says where that is', async () => {
    const upload = await begin(product, { name: 'a.bin', length: content.length });
    expect((await upload.append(0, content.subarray(0, 100_000))).headers['upload-offset']).toBe('100000');
    for (const offset of [0, 99_999, 100_001, 400_000]) {
      const wrong = await upload.append(offset, content.subarray(100_000));
      expect(wrong.problem).toMatchObject({ code: 'offset-conflict', status: 409 });
      expect(wrong.headers['upload-offset']).toBe('100000');
    }
    const last = await upload.append(100_000, content.subarray(100_000));
    expect((await upload.content(last)).equals(content)).toBe(true);
  });

  it('keeps what came when it breaks off', async () => {
    const upload = await begin(product, { name: 'b.bin', length: content.length });
    const socket = await RawSocket.open(product.port);
    const head = { Host: `localhost:${product.port}`, 'Content-Length': content.length, 'Upload-Offset': 0 };
    await socket.write(requestHead('PATCH', upload.path, head));
    await socket.write(content.subarray(0, 300_000));
    await until('bytes are on the disk', () => product.staged.some(({ size }) => size > 0));
    socket.vanish();
    await until('they are recorded', async () => (await upload.status()).offset > 0);
    const { offset } = await upload.status();
    const last = await upload.append(offset, content.subarray(offset));
    expect((await upload.content(last)).equals(content)).toBe(true);
  });

  it('of unknown length ends when its client says so', async () => {
    const upload = await begin(product, { name: 'c.bin', length: null });
    await upload.append(0, content.subarray(0, 100));
    await upload.append(100, content.subarray(100));
    expect((await upload.status()).upload).toMatchObject({
      state: 'receiving',
      length: null,
      received: content.length,
    });
    const done = await upload.complete();
    expect(done.status).toBe(201);
    expect((await upload.content(done)).equals(content)).toBe(true);
    expect((await upload.complete()).status).toBe(201);
  });

  it('of unknown length has nothing behind its end of what was sent and never recorded', async () => {
    const upload = await begin(product, { name: 'tail.bin', length: null });
    await upload.append(0, content.subarray(0, 100));
    const refused = await upload.append(100, content.subarray(100), contentDigest(content));
    expect(refused.problem.code).toBe('digest-mismatch');
    const done = await upload.complete();
    expect((await upload.content(done)).equals(content.subarray(0, 100))).toBe(true);
    expect(product.blobs.map(({ size }) => size)).toEqual([100]);
    expect(await balanced(product)).toEqual([]);
  });

  it('of unknown length is not made while there are gaps in it', async () => {
    const gaps = await begin(product, { name: 'd.bin', length: null });
    await gaps.bytes(10, content.subarray(0, 10));
    expect((await gaps.complete()).problem).toMatchObject({ code: 'upload-incomplete', status: 409 });
    expect((await gaps.status()).missing).toEqual([{ start: 0, end: 10 }]);
  });

  it('takes bytes as they are, whatever their content type says', async () => {
    const json = Buffer.from('{"name":');
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const upload = await begin(product, { name: 'f', length: json.length, conflict: 'rename' });
      const done = await upload.append(0, json, { 'Content-Type': type });
      expect((await upload.content(done)).equals(json)).toBe(true);
    }
  });
});

describe('a digest of a body', () => {
  const content = random.bytes(200_000);
  const other = random.bytes(200_000);

  it('that is right is kept, and that is wrong changes nothing', async () => {
    const upload = await begin(product, { name: 'a.bin', length: 400_000, chunkSize: 200_000 });
    const wrong = await upload.chunk(0, content, contentDigest(other));
    expect(wrong.problem).toMatchObject({ code: 'digest-mismatch', status: 400 });
    expect((await upload.append(0, content, contentDigest(other, 'sha-512'))).problem.code).toBe('digest-mismatch');
    expect((await upload.bytes(0, content, '*', { 'Content-Digest': 'crc32c=:AAAAAA==:' })).problem.code).toBe(
      'digest-mismatch',
    );
    expect((await upload.status()).upload.received).toBe(0);
    expect(held(await upload.chunk(0, content, contentDigest(content)))).toBe(200_000);
    expect(held(await upload.append(200_000, other, contentDigest(other, 'sha-512')))).toBe(400_000);
  });

  it('that is another one than that of the bytes held is a conflict', async () => {
    const upload = await begin(product, { name: 'b.bin', length: 400_000, chunkSize: 200_000 });
    await upload.chunk(0, content, contentDigest(content));
    expect((await upload.chunk(0, content, contentDigest(content))).status).toBe(200);
    expect((await upload.chunk(0, other, contentDigest(other))).problem).toMatchObject({
      code: 'chunk-conflict',
      status: 409,
    });
  });

  it('of the whole file is checked before there is one', async () => {
    const upload = await begin(product, { name: 'c.bin', length: content.length, sha256: sha256(other) });
    expect((await upload.append(0, content)).problem.code).toBe('digest-mismatch');
    expect(await product.files()).toEqual([]);
  });
});

describe('the key of a creation', () => {
  const wanted = { name: 'a.bin', length: 10, chunkSize: 5 };
  const create = (key: string, value: object = wanted) =>
    postJson(product, '/api/uploads', value, { 'Idempotency-Key': key });
  const idOf = (answer: Awaited<ReturnType<typeof create>>): string => answer.as(uploadStatusSchema).upload.id;

  it('finds the same upload again, also after it has become a file', async () => {
    const first = await create('"one"');
    expect(first.status).toBe(201);
    expect(first.headers.location).toBe(`/api/uploads/${idOf(first)}`);
    const again = await create('one', { ...wanted, conflict: 'reject' });
    expect([again.status, idOf(again)]).toEqual([200, idOf(first)]);
    await product.send(`${first.headers.location ?? ''}/chunks/0`, { method: 'PUT', body: Buffer.from('01234') });
    await product.send(`${first.headers.location ?? ''}/chunks/1`, { method: 'PUT', body: Buffer.from('56789') });
    const late = await create('one');
    expect([late.status, idOf(late), late.as(uploadStatusSchema).complete]).toEqual([200, idOf(first), true]);
  });

  it('is refused for other values', async () => {
    await create('two');
    for (const value of [
      { length: 11 },
      { name: 'b.bin' },
      { chunkSize: 6 },
      { conflict: 'rename' },
      { mediaType: 'a/b' },
    ]) {
      const answer = await create('two', { ...wanted, ...value });
      expect(answer.problem).toMatchObject({ code: 'idempotency-key-reused', status: 409 });
    }
  });

  it('makes one upload of 20 requests at a time', async () => {
    const answers = await atOnce(
      20,
      Array.from({ length: 20 }, () => () => create('three')),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(idOf)).size).toBe(1);
  });

  it('is no dzuuid', async () => {
    await create('four');
    expect((await product.send('/api/uploads?dzuuid=four')).text).toContain('"uploads":[]');
  });
});

describe('an empty file', () => {
  it('is there at once', async () => {
    const answer = await postJson(product, '/api/uploads', { name: 'empty', length: 0 });
    expect(answer.status).toBe(201);
    expect(answer.as(uploadStatusSchema)).toMatchObject({ complete: true, file: { size: 0 } });
    const upload = await begin(product, { name: 'empty too', length: null });
    expect((await upload.complete()).as(uploadResultSchema).file).toMatchObject({ size: 0 });
  });
});

describe('a name that is taken', () => {
  const bytes = Buffer.from('new');
  const put = async (name: string, more: object = {}) => {
    const upload = await begin(product, { name, length: bytes.length, ...more });
    return { upload, answer: await upload.append(0, bytes) };
  };
  const names = async (): Promise<string[]> => (await product.files()).map(({ name }) => name).sort();

  it('is refused at the beginning, numbered, or taken over, as the client wishes', async () => {
    const old = (await put('a.txt')).answer.as(uploadResultSchema).file;
    const refused = await postJson(product, '/api/uploads', { name: 'A.TXT', length: 3 });
    expect(refused.problem).toMatchObject({ code: 'name-taken', status: 409 });
    const { answer } = await put('a.txt', { conflict: 'rename' });
    expect(answer.as(uploadResultSchema).file?.name).toBe('a (1).txt');
    const replacing = await begin(product, { name: 'a.txt', length: 3, conflict: 'replace' });
    expect((await product.download(old?.id ?? '')).toString()).toBe('new');
    expect((await replacing.append(0, Buffer.from('NEW'))).status).toBe(201);
    expect((await product.send(`/api/files/${old?.id ?? ''}`)).as(fileSchema).trashed).toMatchObject({ path: '' });
    expect((await product.send(old?.url ?? '')).status).toBe(404);
    expect(await names()).toEqual(['a (1).txt', 'a.txt']);
  });

  it('at the end keeps the bytes until another name or policy is given', async () => {
    const uploads = await Promise.all(['1', '2', '3', '4'].map(() => begin(product, { name: 'b.txt', length: 3 })));
    const [first, second, third, fourth] = uploads;
    expect((await first?.append(0, bytes))?.status).toBe(201);
    for (const upload of [second, third, fourth]) {
      expect((await upload?.append(0, bytes))?.problem.code).toBe('name-taken');
      expect((await upload?.complete())?.problem.code).toBe('name-taken');
      expect((await upload?.append(3, Buffer.alloc(0)))?.problem.code).toBe('name-taken');
      expect((await upload?.status())?.upload).toMatchObject({ state: 'receiving', reason: 'name-taken', received: 3 });
    }
    expect((await second?.complete({ name: 'c.txt', path: 'sub' }))?.as(uploadResultSchema).file).toMatchObject({
      name: 'c.txt',
      path: 'sub',
    });
    expect((await third?.complete({ conflict: 'rename' }))?.as(uploadResultSchema).file?.name).toBe('b (1).txt');
    expect((await fourth?.complete({ conflict: 'replace' }))?.status).toBe(201);
    expect(await names()).toEqual(['b (1).txt', 'b.txt', 'c.txt']);
    expect((await fourth?.complete({ name: 'z' }))?.problem.code).toBe('upload-finished');
    expect((await fourth?.complete({ name: 'a/b' }))?.problem.code).toBe('invalid-name');
  });
});

describe('an unfinished upload', () => {
  it('can be kept longer, until it has ended', async () => {
    const upload = await begin(product, { name: 'a', length: 10 });
    const before = (await upload.status()).upload.expiresAt ?? '';
    const extended = (await upload.extend()).as(uploadStatusSchema).upload.expiresAt ?? '';
    expect(Date.parse(extended)).toBeGreaterThan(Date.parse(before));
    await product.send(upload.path, { method: 'DELETE' });
    expect((await upload.extend()).problem).toMatchObject({ code: 'upload-cancelled', status: 410 });
    expect((await upload.append(0, Buffer.alloc(10))).problem.code).toBe('upload-cancelled');
    const done = await begin(product, { name: 'b', length: 0 });
    expect((await done.extend()).problem.code).toBe('upload-finished');
  });

  it('is not told to send bytes that would be refused', async () => {
    const upload = await begin(product, { name: 'c', length: 10 });
    const heads = [
      [requestHead('PATCH', upload.path, expecting({ 'Upload-Offset': 5 })), 409],
      [requestHead('PATCH', upload.path, expecting({ 'Upload-Offset': 0, 'Content-Length': 11 })), 400],
      [requestHead('PUT', `${upload.path}/bytes`, expecting({ 'Content-Range': 'bytes 5-14/10' })), 400],
      [requestHead('PATCH', `${upload.path}x`, expecting({ 'Upload-Offset': 0 })), 404],
      [requestHead('POST', '/api/uploads', expecting({ 'Content-Type': 'text/plain' })), 415],
      [requestHead('POST', '/upload', expecting({ 'Content-Type': 'text/plain' })), 415],
    ] as const;
    for (const [head, status] of heads) {
      const socket = await RawSocket.open(product.port);
      await socket.write(head);
      expect([head, (await socket.answer())?.status]).toEqual([head, status]);
      socket.close();
    }
  });

  function expecting(headers: Readonly<Record<string, string | number>>): Record<string, string | number> {
    return { Host: `localhost:${product.port}`, 'Content-Length': 10, Expect: '100-continue', ...headers };
  }
});
