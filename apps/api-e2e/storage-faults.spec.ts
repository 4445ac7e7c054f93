import { renameSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeReadOnly, makeWritable } from './support/disk.js';
import { DropzoneUpload, fileOf, resultOf } from './support/dropzone.js';
import type { LogLine } from './support/log-book.js';
import { Product } from './support/product.js';
import { Random, sha256 } from './support/random.js';

const product = new Product();
const random = new Random('storage faults');
beforeAll(() => product.start());
afterAll(() => product.dispose());

const FAULTS = [
  {
    fault: 'made read-only',
    code: 'EACCES',
    cause: () => {
      makeReadOnly(product.dataDir);
    },
    end: () => {
      makeWritable(product.dataDir);
    },
  },
  {
    fault: 'removed',
    code: 'ENOENT',
    cause: () => {
      renameSync(product.dataDir, `${product.dataDir}-away`);
    },
    end: () => {
      renameSync(`${product.dataDir}-away`, product.dataDir);
    },
  },
];

function newUpload(name: string): DropzoneUpload {
  return new DropzoneUpload(product, { name, content: random.bytes(300_000), chunkSize: 100_000 });
}

/** The errors that a line tells, the outermost first. */
function codesOf(line: LogLine): unknown[] {
  const codes: unknown[] = [];
  for (let error = line.err as LogLine | undefined; error !== undefined; error = error.cause as LogLine | undefined) {
    codes.push(error.code);
  }
  return codes;
}

describe.each(FAULTS)('when the data folder is $fault', ({ fault, code, cause, end }) => {
  const whole = newUpload(`whole, ${fault}`);
  const begun = newUpload(`begun, ${fault}`);
  const late = newUpload(`late, ${fault}`);
  let wholeId = '';

  beforeAll(async () => {
    wholeId = (await whole.complete()).id;
    await begun.sendAll([0, 1]);
    cause();
  });

  it.each([
    ['one that has begun', begun, 2],
    ['one that begins', late, 0],
  ])('%s is told so, and the log says why', async (_, upload, index) => {
    const before = product.logs.rawLines.length;
    const answer = await upload.send(index);

    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/u);
    expect(answer.type).toBe('application/json');
    expect(answer.problem).toMatchObject({ status: 503, code: 'storage-failed', retryable: true });
    expect(answer.problem.error).toContain('could not be written');
    const causedBy = (line: LogLine) => line.level === 'error' && codesOf(line).includes(code);
    await product.logs.waitFor(`an error line with the cause ${code}`, causedBy, before);
  });

  it('it is alive, and not ready', async () => {
    expect((await product.send('/healthz')).status).toBe(200);
    expect((await product.send('/readyz')).status).toBe(503);
    expect((await product.send('/api/files')).status).toBe(200);
  });

  it('uploads work again once it is back, and nothing acknowledged is lost', async () => {
    end();
    expect((await product.send('/readyz')).status).toBe(200);
    const { upload } = resultOf(await begun.send(0));
    expect((await product.status(upload.id)).missing).toEqual([{ start: 200_000, end: 300_000 }]);
    const finished = await fileOf(product, [resultOf(await begun.send(2))]);
    const anew = await late.complete();

    for (const [id, source] of [
      [wholeId, whole],
      [finished.id, begun],
      [anew.id, late],
    ] as const) {
      expect(sha256(await product.download(id))).toBe(sha256(source.source.content as Buffer));
    }
    expect(await product.unfinished()).toEqual([]);
    expect(product.staged).toEqual([]);
  });
});

describe('sizes that do not add up', () => {
  it.each([
    ['a short chunk', 0, 99_999],
    ['a long chunk', 1, 100_001],
    ['an empty chunk', 1, 0],
    ['a short last chunk', 2, 49_999],
    ['a long last chunk', 2, 50_001],
  ])('%s is a size mismatch', async (_, index, length) => {
    const upload = new DropzoneUpload(product, { name: 'odd', content: random.bytes(250_000), chunkSize: 100_000 });

    const answer = await upload.send(index, { bytes: random.bytes(length) });

    expect(answer.status).toBe(400);
    expect(answer.type).toBe('application/json');
    expect(answer.problem).toMatchObject({ code: 'size-mismatch', retryable: false });
    expect(answer.problem.error).toMatch(/^Size mismatch/u);
    expect(await product.unfinished()).toEqual([]);
    expect(product.staged).toEqual([]);
  });

  it('leaves what was held before', async () => {
    const content = random.bytes(250_000);
    const upload = new DropzoneUpload(product, { name: 'even', content, chunkSize: 100_000 });
    await upload.send(1);

    expect((await upload.send(0, { bytes: random.bytes(100_001) })).status).toBe(400);
    const file = await upload.complete();

    expect(sha256(await product.download(file.id))).toBe(sha256(content));
  });
});
