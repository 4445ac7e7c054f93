import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DropzoneUpload, resultOf } from '../support/dropzone.js';
import { Product } from '../support/product.js';
import { Random, sha256 } from '../support/random.js';
import { atOnce } from '../support/until.js';
import { report } from './support/report.js';

/** 10000 for the figures of docs/evidence/engine.md. */
const UPLOADS = Number(process.env.STOWAGE_OPEN_UPLOADS ?? 200);
/** A machine that runs other tests beside is slow at starting anything. */
const MOST_SECONDS = process.env.STOWAGE_OPEN_UPLOADS === undefined ? 60 : 5;

const product = new Product({ env: { LOG_LEVEL: 'info' } });
const random = new Random('open uploads');
beforeAll(() => product.start());
afterAll(async () => {
  report(counts);
  await product.dispose();
});

let counts = {};

it(
  `with ${UPLOADS} open uploads it is ready within ${MOST_SECONDS} s of a start after kill -9`,
  async () => {
    const uploads = Array.from({ length: UPLOADS }, (_, index) => {
      return new DropzoneUpload(product, { name: `open ${index}`, content: random.bytes(3_000), chunkSize: 1_000 });
    });
    const tasks = uploads.map((upload) => async () => resultOf(await upload.send(1)).upload.id);
    const ids = await atOnce(32, tasks);
    await product.kill();

    const startedAt = performance.now();
    await product.start();
    expect((await product.send('/readyz')).status).toBe(200);
    const seconds = (performance.now() - startedAt) / 1000;
    counts = { peakOpenUploads: UPLOADS, peakReadyMs: Math.round(seconds * 1000) };
    process.stderr.write(`${UPLOADS} open uploads: ready after ${seconds.toFixed(1)} s\n`);

    expect(seconds).toBeLessThanOrEqual(MOST_SECONDS);
    expect(product.staged).toHaveLength(UPLOADS);
    const chosen = random.integer(UPLOADS);
    const { missing } = await product.status(ids[chosen] ?? '');
    expect(missing.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(2_000);
    const file = await uploads[chosen]?.complete();
    expect(file?.sha256).toBe(sha256(uploads[chosen]?.source.content as Buffer));
  },
  60_000 + UPLOADS * 200,
);
