import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { balanced } from '../support/conservation.js';
import { DropzoneUpload } from '../support/dropzone.js';
import { Product } from '../support/product.js';
import { Random, sha256 } from '../support/random.js';
import { report } from './support/report.js';

const ENTRY = fileURLToPath(new URL('./entry/failing-syncs.mjs', import.meta.url));
const random = new Random('failed syncs');
let product: Product;
let failed = 0;
afterEach(() => product.dispose());
afterAll(() => report({ failedSyncs: failed }));

/** A server whose disk fails the n-th sync of a staging file, and loses what was written since the one before. */
async function startFailing(nth: number): Promise<void> {
  product = new Product({ env: { NODE_OPTIONS: `--import=${ENTRY}`, STOWAGE_FAIL_SYNC: String(nth) } });
  await product.start();
  failed += 1;
}

function newUpload(): DropzoneUpload {
  return new DropzoneUpload(product, { name: 'lost.bin', content: random.bytes(400_000), chunkSize: 100_000 });
}

it.each([
  ['the first', 1],
  ['one in the middle', 3],
  ['the one of the last chunk', 4],
])('a failed sync is never trusted again: %s', async (_, nth) => {
  await startFailing(nth);
  const upload = newUpload();

  const answers = await upload.sendAll();
  const refused = answers.filter(({ status }) => status > 299);
  for (const file of await product.files()) {
    expect(sha256(await product.download(file.id))).toBe(sha256(upload.source.content as Buffer));
  }
  expect(refused.map(({ problem }) => problem.code)).toContain('bytes-lost');

  const again = await upload.complete();
  expect(sha256(await product.download(again.id))).toBe(sha256(upload.source.content as Buffer));
  expect(await balanced(product)).toEqual([]);
});

it('it harms who shares the sync, and nobody else', async () => {
  await startFailing(2);
  const uploads = [newUpload(), new DropzoneUpload(product, { ...newUpload().source, name: 'other.bin' })] as const;
  await Promise.all(uploads.map((upload) => upload.sendAll(upload.indexes, 4)));

  for (const upload of uploads) {
    const file = await upload.complete();
    expect(sha256(await product.download(file.id))).toBe(sha256(upload.source.content as Buffer));
  }
  expect(await balanced(product)).toEqual([]);
});
