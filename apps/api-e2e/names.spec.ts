import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileSchema, type StoredFile } from '@stowage/contract';
import { fileNameOf } from './support/content-disposition.js';
import { DropzoneUpload, fileOf, postForm, resultOf } from './support/dropzone.js';
import { encodeForm } from './support/form.js';
import { NAMES } from './support/name-corpus.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';

const product = new Product();
const random = new Random('names');
beforeAll(() => product.start());
afterAll(() => product.dispose());

describe.each<[string, (name: string, folder: string) => Promise<StoredFile>]>([
  ['sent by Dropzone', (name, path) => new DropzoneUpload(product, newSource(name, path)).complete()],
  [
    'sent by a plain form',
    async (name, path) => {
      const parts = [
        { name: 'path', value: path },
        { name: 'file', fileName: name, value: random.bytes(100) },
      ];
      return fileOf(product, [resultOf(await postForm(product, encodeForm(parts)))]);
    },
  ],
])('a name %s', (way, upload) => {
  it.each(NAMES)('is kept as it is: %s', async (_, name) => {
    const { id } = await upload(name, way);

    expect((await product.send(`/api/files/${id}`)).as(fileSchema).name).toBe(name);
    expect((await product.files()).find((file) => file.id === id)).toMatchObject({ name, path: way });
    const download = await product.send(`/api/files/${id}/content`);
    expect(download.status).toBe(200);
    expect(download.body).toHaveLength(100);
    expect(download.headers['content-disposition']).toMatch(/^attachment/u);
    expect(fileNameOf(download.headers['content-disposition'] ?? '')).toBe(name);
  });
});

function newSource(name: string, path: string) {
  return { name, content: random.bytes(100), chunkSize: 60, fields: { path } };
}

describe('a name in a field', () => {
  it.each([['a literal %22', '100 %22 %0D%0A.txt'], ...NAMES.slice(0, 12)])('wins: %s', async (_, name) => {
    const source = { ...newSource('other.txt', 'fields'), fields: { path: 'fields', name } };
    const { id } = await new DropzoneUpload(product, source).complete();

    expect((await product.send(`/api/files/${id}`)).as(fileSchema).name).toBe(name);
    const download = await product.send(`/api/files/${id}/content`);
    expect(fileNameOf(download.headers['content-disposition'] ?? '')).toBe(name);
  });
});

describe('names that mean the same', () => {
  it.each([
    ['another case', 'Report.PDF', 'rEPORT.pdf'],
    ['another composition', 'caf\u00e9.txt', 'cafe\u0301.txt'],
    ['a sharp s', 'STRASSE.txt', 'straße.txt'],
    ['a final sigma', 'ΟΔΟΣ.txt', 'οδος.txt'],
  ])('cannot both be in a folder: %s', async (_, first, second) => {
    await new DropzoneUpload(product, newSource(first, 'same')).complete();

    const answer = await new DropzoneUpload(product, newSource(second, 'same')).send(0);
    expect(answer.status).toBe(409);
    expect(answer.problem.code).toBe('name-taken');
  });

  it.each([
    ['a trailing dot', 'name', 'name.'],
    ['a trailing space', 'name2', 'name2 '],
    ['an accent', 'resume', 'résumé'],
    ['a dotless i', 'ILIK', 'ılık.'],
  ])('can when they do not: %s', async (_, first, second) => {
    await new DropzoneUpload(product, newSource(first, 'different')).complete();
    await new DropzoneUpload(product, newSource(second, 'different')).complete();
  });
});

describe('the disk', () => {
  it('knows no name: files are named after their content', () => {
    for (const { path } of product.blobs) expect(path).toMatch(/\/blobs\/[\w-]{22,43}\/[0-9a-f]{2}\/[0-9a-f]{64}$/u);
  });
});
