import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DIGEST_WINDOW_BYTES, uploadDigestsSchema, type UploadDigests } from '@stowage/contract';
import { Product } from './support/product.js';
import { Random, sha256 } from './support/random.js';
import { begin } from './support/rest.js';

const product = new Product();
const random = new Random('digests');
beforeAll(() => product.start());
afterEach(() => product.clear());
afterAll(() => product.dispose());

async function digests(id: string, query = ''): Promise<UploadDigests> {
  return (await product.send(`/api/uploads/${id}/digests${query}`)).as(uploadDigestsSchema);
}

describe('the digests of an unfinished upload', () => {
  const content = random.bytes(3 * DIGEST_WINDOW_BYTES);
  const part = (start: number, end: number) => ({ start, end, sha256: sha256(content.subarray(start, end)) });

  it('are those of the ranges that it holds', async () => {
    const upload = await begin(product, { name: 'a.bin', length: content.length });
    expect(await digests(upload.id)).toEqual({ digests: [], next: null });
    await upload.bytes(0, content.subarray(0, 1_000));
    await upload.bytes(1_000, content.subarray(1_000, 5_000));
    await upload.append(5_000, content.subarray(5_000, 6_000));
    const [from, to] = [10_000_000, 20_000_000];
    await upload.bytes(from, content.subarray(from, to));
    const middle = from + DIGEST_WINDOW_BYTES;
    expect(await digests(upload.id)).toEqual({
      digests: [part(0, 6_000), part(from, middle), part(middle, to)],
      next: null,
    });
    expect((await digests(upload.id, '?from=5999')).digests[0]).toEqual(part(5_999, 6_000));
    const answer = await product.send(`${upload.path}/digests?from=${to}`);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.as(uploadDigestsSchema)).toEqual({ digests: [], next: null });
  });

  it('outlive the process', async () => {
    const upload = await begin(product, { name: 'b.bin', length: 100_000 });
    await upload.append(0, content.subarray(0, 50_000));
    await product.kill();
    await product.start();
    expect((await digests(upload.id)).digests).toEqual([part(0, 50_000)]);
  });

  it('are no longer told when there is a file, or none any more', async () => {
    const done = await begin(product, { name: 'c.bin', length: 10 });
    await done.append(0, content.subarray(0, 10));
    const problem = async (id: string, query = '') =>
      (await product.send(`/api/uploads/${id}/digests${query}`)).problem;
    expect(await problem(done.id)).toMatchObject({ code: 'upload-finished', status: 409 });
    const gone = await begin(product, { name: 'd.bin', length: 10 });
    await product.send(gone.path, { method: 'DELETE' });
    expect(await problem(gone.id)).toMatchObject({ code: 'upload-cancelled', status: 410 });
    expect(await problem('A'.repeat(22))).toMatchObject({ code: 'upload-not-found', status: 404 });
    expect(await problem('..%2f..%2fvolume.json')).toMatchObject({ code: 'upload-not-found', status: 404 });
  });

  it.each(['-1', '1.5', 'x', '9007199254740993', '1&from=2'])('are refused from %s', async (from) => {
    const upload = await begin(product, { name: 'e.bin', length: 10 });
    const answer = await product.send(`${upload.path}/digests?from=${from}`);
    expect(answer.problem).toMatchObject({ code: 'invalid-request', status: 400 });
  });
});
