import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allocatedIn } from './support/disk.js';
import { DropzoneUpload, resultOf } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';

const MIB = 1024 ** 2;
const TIB = 1024 ** 4;
const CHUNK = 8 * MIB;

const product = new Product();
const random = new Random('sparse upload');
beforeAll(() => product.start());
afterAll(() => product.dispose());

describe('an upload declared as 1 TiB', () => {
  const upload = new DropzoneUpload(product, {
    name: 'disk.img',
    content: ({ start, end }) => random.bytes(end - start),
    size: TIB,
    chunkSize: CHUNK,
  });
  const middle = upload.count / 2;
  let id = '';

  it('takes its first, middle and last chunk', async () => {
    expect(upload.count).toBe(131_072);
    for (const [held, index] of [0, middle, upload.count - 1].entries()) {
      const answer = await upload.send(index);
      expect(answer.status).toBe(200);
      const result = resultOf(answer);
      expect(result.upload).toMatchObject({ state: 'receiving', length: TIB, received: (held + 1) * CHUNK });
      id = result.upload.id;
    }
  });

  it('says exactly what is missing', async () => {
    const { missing, offset, missingTruncated } = await product.status(id);
    expect(missing).toEqual([
      { start: CHUNK, end: middle * CHUNK },
      { start: (middle + 1) * CHUNK, end: TIB - CHUNK },
    ]);
    expect(offset).toBe(CHUNK);
    expect(missingTruncated).toBe(false);
  });

  it('occupies as much of the disk as was sent', () => {
    const allocated = allocatedIn(product.dataDir);
    expect(allocated).toBeGreaterThanOrEqual(3 * CHUNK);
    expect(allocated).toBeLessThanOrEqual(3 * CHUNK + 64 * 1024);
  });

  it('gives that back when it is cancelled', async () => {
    expect((await product.send(`/api/uploads/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(allocatedIn(product.dataDir)).toBe(0);
    expect(await product.unfinished()).toEqual([]);
  });
});

describe('the limits that are advertised', () => {
  it.each([
    ['a million chunks', { size: 1_000_000, chunkSize: 1, index: 999_999 }],
    ['16 TiB', { size: 16 * TIB, chunkSize: 32 * MIB, index: 0 }],
  ])('hold: %s', async (_, { size, chunkSize, index }) => {
    const upload = new DropzoneUpload(product, {
      name: `${size}.img`,
      content: ({ start, end }) => random.bytes(end - start),
      size,
      chunkSize,
    });
    const { start, end } = upload.range(index);

    const result = resultOf(await upload.send(index));

    const { missing } = await product.status(result.upload.id);
    expect(missing).toEqual(start === 0 ? [{ start: end, end: size }] : [{ start: 0, end: start }]);
    await product.send(`/api/uploads/${result.upload.id}`, { method: 'DELETE' });
    expect(allocatedIn(product.dataDir)).toBe(0);
  });
});
