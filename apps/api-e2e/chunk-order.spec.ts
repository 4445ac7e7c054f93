import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DropzoneUpload, fileOf, resultOf } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random, sha256 } from './support/random.js';

const product = new Product();
const random = new Random('chunk order');
beforeAll(() => product.start());
afterAll(() => product.dispose());

describe('chunks in any order', () => {
  it('make one file with equal bytes, shuffled, duplicated, eight at a time', async () => {
    const content = random.bytes(3_000_017);
    const upload = new DropzoneUpload(product, { name: 'shuffled.bin', content, chunkSize: 100_000 });
    const indexes = random.shuffled([...upload.indexes, ...upload.indexes, ...upload.indexes]);

    const answers = await upload.sendAll(indexes, 8);

    const results = answers.map(resultOf);
    expect(new Set(results.map((result) => result.upload.id)).size).toBe(1);
    const file = await fileOf(product, results);
    expect(file).toMatchObject({ name: 'shuffled.bin', size: content.length, sha256: sha256(content) });
    expect(sha256(await product.download(file.id))).toBe(sha256(content));
  });

  it('make one file when the last one comes sixteen times at once', async () => {
    const content = random.bytes(500_000);
    const upload = new DropzoneUpload(product, { name: 'last.bin', content, chunkSize: 50_000 });
    await upload.sendAll(upload.indexes.slice(0, -1), 4);

    const answers = await upload.sendAll(Array<number>(16).fill(upload.count - 1), 16);

    const results = answers.map(resultOf);
    const file = await fileOf(product, results);
    expect(new Set(results.flatMap((result) => result.file?.id ?? [])).size).toBe(1);
    expect(sha256(await product.download(file.id))).toBe(sha256(content));
    expect((await product.status(results[0]?.upload.id ?? '')).upload.received).toBe(content.length);
  });

  it('make one file when all of them race to begin it', async () => {
    const content = random.bytes(320_000);
    const upload = new DropzoneUpload(product, { name: 'race.bin', content, chunkSize: 10_000 });

    const results = (await upload.sendAll(random.shuffled(upload.indexes), 32)).map(resultOf);

    expect(new Set(results.map((result) => result.upload.id)).size).toBe(1);
    expect(sha256(await product.download((await fileOf(product, results)).id))).toBe(sha256(content));
  });

  it('may be a single byte each', async () => {
    const content = random.bytes(40);
    const upload = new DropzoneUpload(product, { name: 'bytes.bin', content, chunkSize: 1 });

    const results = (await upload.sendAll(random.shuffled(upload.indexes), 6)).map(resultOf);

    expect((await product.download((await fileOf(product, results)).id)).equals(content)).toBe(true);
  });

  it('may be larger than the file', async () => {
    const content = random.bytes(1742);
    const file = await new DropzoneUpload(product, { name: 'README.md', content, chunkSize: 1_000_000 }).complete();

    expect(file).toMatchObject({ size: 1742, sha256: sha256(content) });
  });

  it('leave one content each on the disk and nothing else', async () => {
    expect(await product.unfinished()).toEqual([]);
    expect(product.staged).toEqual([]);
    expect(product.blobs).toHaveLength(5);
  });
});

describe('every answer', () => {
  it('says what is held so far', async () => {
    const upload = new DropzoneUpload(product, { name: 'told.bin', content: random.bytes(2_500), chunkSize: 1_000 });

    const second = await upload.send(1);
    expect(second.status).toBe(200);
    expect(second.type).toBe('application/json');
    expect(resultOf(second)).toMatchObject({
      upload: { state: 'receiving', length: 2_500, received: 1_000 },
      complete: false,
    });
    const { upload: known } = resultOf(second);
    expect(await product.status(known.id)).toMatchObject({
      upload: { id: known.id, name: 'told.bin', path: '', received: 1_000 },
      offset: 0,
      missing: [
        { start: 0, end: 1_000 },
        { start: 2_000, end: 2_500 },
      ],
      missingTruncated: false,
    });

    await upload.send(0);
    expect(await product.status(known.id)).toMatchObject({ offset: 2_000, missing: [{ start: 2_000, end: 2_500 }] });
    const last = await upload.send(2);
    expect(last.status).toBe(201);
    expect(resultOf(last)).toMatchObject({
      upload: { id: known.id, state: 'complete', received: 2_500 },
      complete: true,
      file: { name: 'told.bin', path: '', size: 2_500 },
    });
    expect(await product.status(known.id)).toMatchObject({ complete: true, missing: [], file: { name: 'told.bin' } });
  });
});
