import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { DropzoneUpload, fileOf, resultOf } from './support/dropzone.js';
import { send } from './support/http.js';
import { Product } from './support/product.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { Random, sha256 } from './support/random.js';
import { requestsInProgress } from './support/samples.js';
import { until } from './support/until.js';

const product = new Product();
const random = new Random('stops');
beforeAll(() => product.start());
afterAll(() => product.dispose());
beforeEach(async () => {
  if (!product.process.isRunning) await product.start();
});

const WAYS: readonly (readonly [string, () => void])[] = [
  ['SIGTERM', () => product.process.signal('SIGTERM')],
  ['SIGINT', () => product.process.signal('SIGINT')],
  ['the end of who started it', () => product.process.disconnect()],
];

it.each(WAYS)('ends cleanly on %s', async (_, end) => {
  await product.send('/api/files');
  const startedAt = performance.now();
  end();

  expect(await product.process.exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

/** A chunk of which the server has taken a part, and waits for the rest. */
async function begun(on: Product, name: string): Promise<{ upload: DropzoneUpload; socket: RawSocket; rest: Buffer }> {
  const upload = new DropzoneUpload(on, { name, content: random.bytes(900_000), chunkSize: 300_000 });
  await upload.send(0);
  const { contentType, body } = upload.form(1);
  const socket = await RawSocket.open(on.port);
  const headers = { Host: `127.0.0.1:${on.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
  await socket.write(requestHead('POST', '/upload', headers));
  await socket.write(body.subarray(0, 150_000));
  await until('the request has arrived', async () => (await requestsInProgress(on)) === 1);
  return { upload, socket, rest: body.subarray(150_000) };
}

/** Asks the server to stop, and waits until it has heard. */
async function askToStop(on: Product): Promise<void> {
  const from = on.logs.rawLines.length;
  on.process.signal('SIGTERM');
  await on.logs.waitFor('it is stopping', ({ msg, why }) => msg === 'stopping' && why === 'SIGTERM', from);
}

it('lets a request that is on its way end', async () => {
  const { upload, socket, rest } = await begun(product, 'on its way');

  await askToStop(product);
  await socket.write(rest);
  const answer = await socket.answer();
  socket.close();

  expect(answer?.status).toBe(200);
  expect(await product.process.exited).toEqual({ code: 0, signal: null });
  await product.start();
  const result = resultOf(await upload.send(2));
  expect((await fileOf(product, [result])).sha256).toBe(sha256(upload.source.content as Buffer));
});

it('refuses what comes meanwhile on a connection that is still open', async () => {
  const { socket, rest } = await begun(product, 'and another');

  await askToStop(product);
  const next = requestHead('GET', '/api/files', { Host: `127.0.0.1:${product.port}` });
  await socket.write(Buffer.concat([rest, Buffer.from(next)]));
  const answers = await socket.everything();
  socket.close();

  expect(answers).toMatch(
    /^HTTP\/1\.1 200 [^]*HTTP\/1\.1 503 [^]*\r\nConnection: close\r\n[^]*"code":"shutting-down"/u,
  );
  expect(answers).toMatch(/\r\nRetry-After: \d+\r\n/u);
  expect(await product.process.exited).toEqual({ code: 0, signal: null });
});

it('does not wait longer than 25 s for one that stalls', async () => {
  const { upload, socket } = await begun(product, 'stalls');
  const startedAt = performance.now();

  await askToStop(product);
  // Its time is over, and it is told so: by itself it would be given up later.
  const answer = await socket.answer(25_000);
  socket.close();

  expect(answer?.status).toBe(503);
  expect(answer?.problem).toMatchObject({ code: 'shutting-down', retryable: true });
  expect(await product.process.exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(25_000);
  await product.start();
  expect((await upload.complete()).sha256).toBe(sha256(upload.source.content as Buffer));
});

it('ends an append at once, and keeps what had come', async () => {
  const content = random.bytes(900_000);
  const json = { 'Content-Type': 'application/json' };
  const plan = JSON.stringify({ name: 'appended', length: content.length });
  const created = await product.send('/api/uploads', { method: 'POST', headers: json, body: plan });
  expect(created.status).toBe(201);
  const { id } = resultOf(created).upload;
  const socket = await RawSocket.open(product.port);
  const host = { Host: `127.0.0.1:${product.port}` };
  await socket.write(
    requestHead('PATCH', `/api/uploads/${id}`, { ...host, 'Upload-Offset': 0, 'Content-Length': content.length }),
  );
  const sent = performance.now();
  await socket.write(content.subarray(0, 700_000));
  await until('some of it has been written', () => product.staged.some(({ path }) => path.includes(id)));

  await askToStop(product);
  const answer = await socket.answer();
  socket.close();

  expect(answer?.problem).toMatchObject({ status: 503, code: 'shutting-down' });
  expect(await product.process.exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - sent).toBeLessThan(15_000);
  await product.start();
  expect((await product.status(id)).upload.received).toBeGreaterThan(0);
});

it('ends at once when it is told again', async () => {
  const { upload, socket } = await begun(product, 'told twice');
  await askToStop(product);
  const startedAt = performance.now();

  // Not at the very first moment: a supervisor and the launcher may send a signal each.
  await until('it has ended', () => {
    if (product.process.isRunning) product.process.signal('SIGTERM');
    return !product.process.isRunning;
  });

  expect(await product.process.exited).toEqual({ code: 1, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  socket.close();
  await product.start();
  expect((await upload.complete()).sha256).toBe(sha256(upload.source.content as Buffer));
});

it('is not ready from the beginning, and still takes requests for as long as it was told to', async () => {
  const slow = new Product({ env: { STOWAGE_DRAIN_DELAY: '3' } });
  await slow.start();
  try {
    expect((await slow.send('/readyz')).status).toBe(200);
    await askToStop(slow);

    // On connections of their own: new ones are taken as well.
    const ready = await send(slow.url, '/readyz');
    expect([ready.status, JSON.parse(ready.text)]).toEqual([503, { status: 'failing', failing: ['stopping'] }]);
    expect((await send(slow.url, '/healthz')).status).toBe(200);
    const upload = new DropzoneUpload(slow, { name: 'late', content: random.bytes(1_000), chunkSize: 500 });
    expect((await upload.send(0)).status).toBe(200);
    expect(await slow.process.exited).toEqual({ code: 0, signal: null });
  } finally {
    await slow.dispose();
  }
});

it('takes up what was left completing', async () => {
  // Killed at once after the last byte: whatever step it was in, the file is there after the restart.
  for (let round = 0; round < 4; round++) {
    const content = random.bytes(2_000_000);
    const upload = new DropzoneUpload(product, { name: `left ${round}`, content, chunkSize: 500_000 });
    const { id } = resultOf(await upload.send(0)).upload;
    await upload.sendAll([1, 2]);
    const last = upload.send(3).catch(() => null);
    await until('it is sealed', async () => (await product.status(id)).upload.state !== 'receiving');
    await product.kill();
    await last;
    await product.start();

    const file = await fileOf(product, [await product.status(id)]);
    expect(sha256(await product.download(file.id))).toBe(sha256(content));
  }
  await until('nothing is left over', () => product.staged.every(({ size }) => size !== 2_000_000));
});
