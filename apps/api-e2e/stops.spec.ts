import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { DropzoneUpload, fileOf, resultOf } from './support/dropzone.js';
import { Product } from './support/product.js';
import { RawSocket, requestHead } from './support/raw-socket.js';
import { Random, sha256 } from './support/random.js';
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

it('lets a request that is on its way end', async () => {
  const upload = new DropzoneUpload(product, {
    name: 'on its way',
    content: random.bytes(900_000),
    chunkSize: 300_000,
  });
  await upload.send(0);
  const { contentType, body } = upload.form(1);
  const socket = await RawSocket.open(product.port);
  const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
  await socket.write(requestHead('POST', '/upload', headers));
  await socket.write(body.subarray(0, 150_000));
  await until('the request has arrived', () => product.logs.rawLines.length > 0);

  product.process.signal('SIGTERM');
  await product.logs.waitFor('it is stopping', ({ msg, why }) => msg === 'stopping' && why === 'SIGTERM');
  await socket.write(body.subarray(150_000));
  const answer = await socket.answer();
  socket.close();

  expect(answer?.status).toBe(200);
  expect(await product.process.exited).toEqual({ code: 0, signal: null });
  await product.start();
  const result = resultOf(await upload.send(2));
  expect((await fileOf(product, [result])).sha256).toBe(sha256(upload.source.content as Buffer));
});

it('does not wait longer than ten seconds for one that stalls', async () => {
  const upload = new DropzoneUpload(product, { name: 'stalls', content: random.bytes(900_000), chunkSize: 300_000 });
  await upload.send(0);
  const { contentType, body } = upload.form(1);
  const socket = await RawSocket.open(product.port);
  const headers = { Host: `127.0.0.1:${product.port}`, 'Content-Type': contentType, 'Content-Length': body.length };
  await socket.write(requestHead('POST', '/upload', headers));
  await socket.write(body.subarray(0, 150_000));
  const startedAt = performance.now();

  expect(await product.stop()).toEqual({ code: 0, signal: null });

  expect(performance.now() - startedAt).toBeLessThan(14_000);
  socket.close();
  await product.start();
  expect((await upload.complete()).sha256).toBe(sha256(upload.source.content as Buffer));
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
