import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PAGE_SIZE,
  fileListSchema,
  limitsSchema,
  uploadListSchema,
  type FileList,
  type UploadList,
} from '@stowage/contract';
import { DropzoneUpload, resultOf } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';

const product = new Product();
const random = new Random('lists');
const FILES = 60;
const names = Array.from({ length: FILES }, (_, index) => `file ${index}`);
const half = Array.from({ length: 5 }, (_, index) => `half ${index}`);

function newUpload(name: string): DropzoneUpload {
  return new DropzoneUpload(product, { name, content: random.bytes(20), chunkSize: 10 });
}

const halves = half.map(newUpload);
beforeAll(async () => {
  await product.start();
  for (const name of names) await newUpload(name).complete();
  for (const upload of halves) await upload.send(0);
});
afterAll(() => product.dispose());

async function fileList(query: string): Promise<FileList> {
  return (await product.send(`/api/files?${query}`)).as(fileListSchema);
}

async function uploadList(query: string): Promise<UploadList> {
  return (await product.send(`/api/uploads?${query}`)).as(uploadListSchema);
}

/** The names on all pages, in the order in which they are shown. */
async function walk(page: (query: string) => Promise<{ names: string[]; next: string | null }>, query: string) {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { names, next }: { names: string[]; next: string | null } = await page(
      `${query}&cursor=${cursor}`.replace(/&cursor=$/u, ''),
    );
    found.push(...names);
    cursor = next === null ? null : encodeURIComponent(next);
  }
  return found;
}

describe('the list of files', () => {
  it.each([1, 7, 60, 200])('goes through all, newest first, %d on a page', async (limit) => {
    const page = async (query: string) => {
      const { files, next } = await fileList(query);
      expect(files.length).toBeLessThanOrEqual(limit);
      return { names: files.map(({ name }) => name), next };
    };

    expect(await walk(page, `limit=${limit}`)).toEqual([...names].reverse());
  });

  it('has a page of its own length when none is asked for', async () => {
    const { files, next } = await fileList('');

    expect(files).toHaveLength(DEFAULT_PAGE_SIZE);
    expect(next).not.toBeNull();
  });

  it('is not shifted by what comes in between', async () => {
    const { next } = await fileList('limit=10');
    await newUpload('in between').complete();
    const { files } = await fileList(`limit=10&cursor=${encodeURIComponent(next ?? '')}`);

    expect(files.map(({ name }) => name)).toEqual([...names].reverse().slice(10, 20));
  });
});

describe('the list of uploads', () => {
  it('shows unfinished ones, newest first', async () => {
    const { uploads, next } = await uploadList('state=receiving');

    expect(uploads.map(({ name }) => name)).toEqual([...half].reverse());
    expect(next).toBeNull();
    for (const upload of uploads) {
      expect(upload).toMatchObject({ state: 'receiving', path: '', length: 20, received: 10 });
      expect(Date.parse(upload.createdAt)).toBeLessThanOrEqual(Date.parse(upload.updatedAt));
    }
  });

  it('goes through all, page by page', async () => {
    const page = async (query: string) => {
      const { uploads, next } = await uploadList(query);
      return { names: uploads.map(({ name }) => name), next };
    };

    expect(await walk(page, 'limit=2&state=receiving')).toEqual([...half].reverse());
    const all = await walk(page, 'limit=13');
    expect(all.slice(0, 5 + 1)).toEqual(['in between', ...[...half].reverse()]);
    expect(all).toHaveLength(FILES + half.length + 1);
  });

  it('can be cut down to one state, or several', async () => {
    expect((await uploadList('state=complete&limit=200')).uploads).toHaveLength(FILES + 1);
    expect((await uploadList('state=receiving,complete&limit=200')).uploads).toHaveLength(FILES + 1 + half.length);
    expect((await uploadList('state=failed')).uploads).toEqual([]);
  });

  it('can be asked for the upload of a key', async () => {
    const { uploads } = await uploadList(`dzuuid=${halves[2]?.uuid ?? ''}`);

    expect(uploads.map(({ name }) => name)).toEqual(['half 2']);
    expect((await uploadList('dzuuid=unknown')).uploads).toEqual([]);
  });
});

describe('a question that cannot be answered', () => {
  it.each([
    ...['limit=0', 'limit=-1', 'limit=201', 'limit=1.5', 'limit=ten', 'limit=', 'limit=9999999999999999999'],
    ...[
      'cursor=garbage',
      'cursor=',
      'cursor=%00',
      `cursor=${'a'.repeat(5_000)}`,
      'limit=1&limit=2',
      'cursor=a&cursor=b',
    ],
    `cursor=${Buffer.from('{"createdAt":"x","id":"y"}').toString('base64url')}`,
  ])('is refused: ?%s', async (query) => {
    for (const path of ['/api/files', '/api/uploads']) {
      const answer = await product.send(`${path}?${query}`);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.problem.code).toBe('invalid-request');
    }
  });

  it.each(['state=unknown', 'state=complete;drop', 'state=', 'dzuuid=', 'dzuuid=a%20b', 'state=complete&state=failed'])(
    'is refused about uploads: ?%s',
    async (query) => {
      const answer = await product.send(`/api/uploads?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.problem.code).toBe('invalid-request');
    },
  );
});

describe('the limits', () => {
  it('are what the server accepts', async () => {
    const limits = (await product.send('/api/limits')).as(limitsSchema);

    expect(limits).toEqual({
      maxFileSize: 16 * 1024 ** 4,
      minChunkSize: 1,
      maxChunkSize: 1024 ** 3,
      recommendedChunkSize: 8 * 1024 ** 2,
      recommendedParallelChunks: 4,
      maxChunks: 1_000_000,
      maxNameBytes: 255,
      maxPathBytes: 4_096,
      maxPathDepth: 32,
    });
  });

  it('follow the configuration', async () => {
    const small = new Product({ env: { STOWAGE_MAX_FILE_SIZE: '5000', STOWAGE_MAX_CHUNK_SIZE: '1000' } });
    await small.start();
    try {
      const limits = (await small.send('/api/limits')).as(limitsSchema);
      expect(limits).toMatchObject({ maxFileSize: 5_000, maxChunkSize: 1_000, recommendedChunkSize: 1_000 });
      const tooLong = new DropzoneUpload(small, { name: 'x', content: random.bytes(5_001), chunkSize: 1_000 });
      expect((await tooLong.send(0)).problem).toMatchObject({ status: 413, code: 'file-too-large' });
      const tooWide = new DropzoneUpload(small, { name: 'x', content: random.bytes(5_000), chunkSize: 1_001 });
      expect((await tooWide.send(0)).problem).toMatchObject({ status: 413, code: 'chunk-too-large' });
      const right = new DropzoneUpload(small, { name: 'x', content: random.bytes(5_000), chunkSize: 1_000 });
      expect(resultOf((await right.sendAll()).at(-1) ?? (await right.send(4))).upload.received).toBe(5_000);
    } finally {
      await small.dispose();
    }
  });
});
