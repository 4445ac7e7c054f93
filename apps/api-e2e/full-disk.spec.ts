import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DropzoneUpload, fileOf, resultOf } from './support/dropzone.js';
import type { LogLine } from './support/log-book.js';
import { Product } from './support/product.js';
import { Random, sha256 } from './support/random.js';
import { canHaveDisks } from './support/small-disk.js';

const MIB = 1024 ** 2;

(canHaveDisks() ? describe : describe.skip)('a disk that is full', () => {
  // Hardly any reserve: the disk itself says that it is full.
  const product = new Product({ diskSize: 16 * MIB, env: { STOWAGE_MIN_FREE_BYTES: '65536' } });
  const random = new Random('full disk');
  const large = new DropzoneUpload(product, { name: 'large', content: random.bytes(30 * MIB), chunkSize: 2 * MIB });
  const small = random.bytes(3 * MIB);
  const held: number[] = [];
  let smallId = '';
  beforeAll(async () => {
    await product.start();
    smallId = (await new DropzoneUpload(product, { name: 'small', content: small, chunkSize: MIB }).complete()).id;
  });
  afterAll(() => product.dispose());

  function errorOf(line: LogLine): string {
    return JSON.stringify(line.err ?? null);
  }

  it('is told in words, with 507, and the log has the cause', async () => {
    let refused = null;
    for (const index of large.indexes) {
      const answer = await large.send(index);
      if (answer.status === 200) held.push(index);
      else refused ??= answer;
    }

    expect(held.length).toBeGreaterThanOrEqual(4);
    expect(refused?.status).toBe(507);
    expect(refused?.type).toBe('application/json');
    expect(refused?.problem).toMatchObject({ code: 'storage-full', retryable: true });
    expect(refused?.problem.error).toContain('could not be written');
    const isCause = (line: LogLine) => line.level === 'error' && errorOf(line).includes('ENOSPC');
    await product.logs.waitFor('an error line with the cause', isCause);
    expect((await product.send('/readyz')).status).toBe(503);
  });

  it('keeps what it has', async () => {
    expect(sha256(await product.download(smallId))).toBe(sha256(small));
    const { upload, missing } = await product.status(resultOf(await large.send(held[0] ?? 0)).upload.id);
    expect(upload.received).toBe(held.length * 2 * MIB);
    for (const index of held) {
      const { start, end } = large.range(index);
      expect(missing.filter((gap) => gap.start < end && start < gap.end)).toEqual([]);
    }
  });

  it('takes files again once there is room', async () => {
    const next = new DropzoneUpload(product, { name: 'next', content: random.bytes(3 * MIB), chunkSize: 3 * MIB });
    expect((await next.send(0)).status).toBe(507);

    const { id } = resultOf(await large.send(held[0] ?? 0)).upload;
    expect((await product.send(`/api/uploads/${id}`, { method: 'DELETE' })).status).toBe(204);

    const file = await fileOf(product, [resultOf(await next.send(0))]);
    expect(sha256(await product.download(file.id))).toBe(sha256(next.source.content as Buffer));
  });
});

(canHaveDisks() ? describe : describe.skip)('a disk with less free space than has to stay', () => {
  const product = new Product({ diskSize: 16 * MIB, env: { STOWAGE_MIN_FREE_BYTES: String(6 * MIB) } });
  const random = new Random('watermark');
  const large = new DropzoneUpload(product, { name: 'large', content: random.bytes(30 * MIB), chunkSize: 2 * MIB });
  const small = new DropzoneUpload(product, { name: 'small', content: random.bytes(MIB), chunkSize: MIB });
  beforeAll(() => product.start());
  afterAll(() => product.dispose());

  it('takes no more bytes, shows what it has, and takes bytes again after a delete', async () => {
    const file = await small.complete();
    const refused = [];
    for (const index of large.indexes) {
      const answer = await large.send(index);
      if (answer.status !== 200) refused.push(answer);
    }

    expect(refused.length).toBeGreaterThan(0);
    for (const { status, problem } of refused) {
      expect(status).toBe(507);
      expect(problem).toMatchObject({ code: 'storage-full', retryable: true });
    }
    // Nothing of what was refused has reached the disk.
    const { id } = resultOf(await large.send(0)).upload;
    expect((await product.status(id)).upload.received).toBe((large.indexes.length - refused.length) * 2 * MIB);
    expect((await product.send('/readyz')).status).toBe(503);
    expect(sha256(await product.download(file.id))).toBe(sha256(small.source.content as Buffer));

    expect((await product.send(`/api/uploads/${id}`, { method: 'DELETE' })).status).toBe(204);
    const next = new DropzoneUpload(product, { name: 'next', content: random.bytes(MIB), chunkSize: MIB });
    expect((await fileOf(product, [resultOf(await next.send(0))])).size).toBe(MIB);
    expect((await product.send('/readyz')).status).toBe(200);
  });
});
