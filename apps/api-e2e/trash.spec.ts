import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { entrySchema } from '@stowage/contract';
import { DropzoneUpload } from './support/dropzone.js';
import { Product } from './support/product.js';
import { Random } from './support/random.js';
import { spacesOf } from './support/spaces.js';
import { expectProblem, Tree } from './support/tree.js';
import { until } from './support/until.js';

const product = new Product();
const random = new Random('trash');
let tree: Tree;
let count = 0;
/** A folder of this test alone. */
let home: string;
beforeAll(async () => {
  await product.start();
  tree = await Tree.of(product);
});
beforeEach(async () => {
  home = (await tree.make(`home ${++count}`)).id;
});
afterAll(() => product.dispose());

const used = async () => (await spacesOf(product))[0]?.used;

describe('what is put into the trash', () => {
  it('is told with when and from where, and comes back', async () => {
    const folder = await tree.make('a/b', home);
    const file = await tree.file('x.txt', folder.id);
    expect((await tree.trash(folder.id)).status).toBe(204);

    expect((await tree.trashed()).entries[0]).toMatchObject({
      ...{ id: folder.id, name: 'b', trashed: { by: null, path: `home ${count}/a` } },
    });
    expect((await product.files()).map(({ id }) => id)).not.toContain(file.id);
    expect((await tree.restore(folder.id)).as(entrySchema).path).toBe(`home ${count}/a`);
    expect(await tree.names(folder.id)).toEqual(['x.txt']);
    expectProblem(await tree.restore(folder.id), 409, 'not-in-trash');
  });

  it('cannot be read, listed or changed, and neither can what is in it', async () => {
    const folder = await tree.make('a', home);
    const file = await tree.file('x.txt', folder.id);
    await tree.trash(folder.id);

    expectProblem(await product.send(`/api/files/${file.id}/content`), 404, 'file-not-found');
    expectProblem(await product.send(`/api/folders/${folder.id}`), 404, 'folder-not-found');
    expectProblem(await product.send(`/api/folders/${folder.id}/entries`), 404, 'folder-not-found');
    expectProblem(await tree.tryMake('y', folder.id), 404, 'folder-not-found');
    for (const id of [folder.id, file.id]) {
      expectProblem(await tree.change(id, { name: 'z' }), 404, 'entry-not-found');
      expectProblem(await tree.trash(id), 404, 'entry-not-found');
    }
    expect((await tree.entry(file.id)).name).toBe('x.txt');
  });

  it('goes on counting for the quota, until it is removed for good', async () => {
    const before = await used();
    const file = await tree.file('x.txt', home);
    await product.send(`/api/files/${file.id}`, { method: 'DELETE' });
    expect(await used()).toBe((before ?? NaN) + 100);

    const blobs = product.blobs.length;
    expect((await product.send(`/api/files/${file.id}?permanent=true`, { method: 'DELETE' })).status).toBe(204);
    expect(await used()).toBe(before);
    await until('the bytes are gone', () => product.blobs.length === blobs - 1);
    expectProblem(await product.send(`/api/entries/${file.id}`), 404, 'entry-not-found');
  });

  it('leaves its name to others, and then comes back under another one', async () => {
    const old = await tree.file('x.txt', home);
    await tree.trash(old.id);
    const next = await tree.file('X.txt', home);

    expectProblem(await tree.restore(old.id), 409, 'name-taken');
    expect((await tree.restore(old.id, { conflict: 'rename' })).as(entrySchema).name).toBe('x (1).txt');
    await tree.trash(old.id);
    expect((await tree.restore(old.id, { conflict: 'replace' })).as(entrySchema).name).toBe('x (1).txt');
    await tree.change(old.id, { name: 'x.txt', conflict: 'replace' });
    expect(await tree.names(home)).toEqual(['x.txt']);
    expect((await tree.trashed()).entries[0]?.id).toBe(next.id);
  });

  it('goes into the root when its folder is in the trash as well', async () => {
    const folder = await tree.make('a', home);
    const file = await tree.file(`lost ${count}.txt`, folder.id);
    await tree.trash(file.id);
    await tree.trash(folder.id);
    expect((await tree.restore(file.id)).as(entrySchema)).toMatchObject({ parent: tree.root, path: '' });
  });

  it('goes there once and comes back once, whoever asks at the same time', async () => {
    const { id } = await tree.make('a', home);
    const trashed = await Promise.all(Array.from({ length: 10 }, () => tree.trash(id)));
    expect(trashed.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(9).fill(404)]);
    const restored = await Promise.all(Array.from({ length: 10 }, () => tree.restore(id)));
    expect(restored.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
  });
});

describe('an upload', () => {
  it('that replaces a file puts the old one into the trash', async () => {
    const old = await tree.file('x.txt', home);
    const bytes = await product.download(old.id);
    const { file } = await tree.replace('x.txt', home);

    expect(await tree.names(home)).toEqual(['x.txt']);
    expect((await tree.list(home)).entries[0]?.id).toBe(file?.id);
    expect((await tree.restore(old.id, { conflict: 'rename' })).as(entrySchema).name).toBe('x (1).txt');
    expect((await product.download(old.id)).equals(bytes)).toBe(true);
  });

  it('of one name by twenty at the same time, each to replace: one stays, all are kept', async () => {
    const before = (await tree.trashed()).total;
    await Promise.all(Array.from({ length: 20 }, () => tree.replace('x.txt', home)));
    expect(await tree.names(home)).toEqual(['x.txt']);
    expect((await tree.trashed()).total).toBe(before + 19);
  });

  it('is in the folder that goes into the trash meanwhile, or keeps its bytes until it is told where to', async () => {
    for (let round = 0; round < 10; round++) {
      const folder = await tree.make(`r${round}`, home);
      const content = random.bytes(2000);
      const source = { name: 'x.bin', content, chunkSize: 1000, fields: { folder: folder.id } };
      const upload = new DropzoneUpload(product, source);
      await upload.send(0);
      const [answer, trashed] = await Promise.all([upload.send(1), tree.trash(folder.id)]);
      expect(trashed.status).toBe(204);
      if (answer.status === 404) {
        expect(answer.problem.code).toBe('folder-not-found');
        const held = (await product.unfinished())[0];
        expect(held).toMatchObject({ name: 'x.bin', received: 2000 });
        const done = await tree.json('POST', `/api/uploads/${held?.id ?? ''}/complete`, {
          ...{ folder: home, name: `x${round}.bin` },
        });
        expect(done.status).toBeLessThan(300);
      } else {
        expect(answer.status).toBeLessThan(300);
      }
    }
    await until('none is left', async () => (await product.unfinished()).length === 0);
  });
});
