import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../tools/postgres/embedded-postgres.mjs';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random, sha256 } from './support/random.js';
import { until } from './support/until.js';

const folder = mkdtempSync(join(tmpdir(), 'stowage-e2e-'));
const random = new Random('outages');
let postgres: EmbeddedPostgres;
let product: Product;
let begun: DropzoneUpload;
beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ dataDir: folder });
  product = new Product({ database: postgres.url });
  await product.start();
  begun = newUpload();
});
afterAll(async () => {
  await product.dispose();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

function newUpload(): DropzoneUpload {
  return new DropzoneUpload(product, { name: 'outage.bin', content: random.bytes(500_000), chunkSize: 100_000 });
}

it('is ready while its database is there', async () => {
  await begun.sendAll([0, 1]);
  expect(await product.send('/readyz')).toMatchObject({
    status: 200,
    type: 'application/json',
    text: '{"status":"ok"}',
  });
  expect(await product.send('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
});

it('is alive but not ready when it is gone, and says so to who uploads', async () => {
  await postgres.stop();

  expect((await product.send('/healthz')).status).toBe(200);
  const ready = await product.send('/readyz');
  expect(ready.status).toBe(503);
  expect(JSON.parse(ready.text)).toMatchObject({ status: 'failing', failing: expect.arrayContaining(['database']) });
  for (const answer of [await begun.send(2), await newUpload().send(0)]) {
    expect(answer.status).toBe(503);
    expect(answer.type).toBe('application/json');
    expect(answer.problem).toMatchObject({ code: 'database-unavailable', retryable: true, error: expect.any(String) });
    expect(answer.text).not.toContain(new URL(postgres.url).password);
  }
  const list = await product.send('/api/files');
  expect(list.status).toBe(503);
  expect(list.problem.code).toBe('database-unavailable');
});

it('goes on when it is back, with everything that it had acknowledged', async () => {
  postgres = await startEmbeddedPostgres({ dataDir: folder, port: postgres.port });
  await until('it is ready', async () => (await product.send('/readyz')).status === 200);

  const [held] = await product.unfinished();
  expect(held?.received).toBe(200_000);
  const file = await begun.complete(2);
  expect(sha256(await product.download(file.id))).toBe(sha256(begun.source.content as Buffer));
  expect(await product.unfinished()).toEqual([]);
  expect(product.staged).toEqual([]);
});
