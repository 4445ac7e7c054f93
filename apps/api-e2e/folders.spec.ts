import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { entrySchema, folderSchema, folderWithAncestorsSchema, nameKey } from '@stowage/contract';
import { fileNameOf } from './support/content-disposition.js';
import { NAMES } from './support/name-corpus.js';
import { Product } from './support/product.js';
import { expectProblem, Tree } from './support/tree.js';

const product = new Product();
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

describe('a folder', () => {
  it('is made with those of its path, and tells where it is', async () => {
    const made = await tree.make('films/2026/spring', home);
    expect(made).toMatchObject({ kind: 'folder', name: 'spring', path: `home ${count}/films/2026`, space: tree.root });

    const found = (await product.send(`/api/folders/${made.id}`)).as(folderWithAncestorsSchema);
    expect(found.ancestors.map(({ name }) => name).slice(1)).toEqual([`home ${count}`, 'films', '2026']);
    expect(found.ancestors[0]?.id).toBe(tree.root);
    expect(await tree.names(made.id)).toEqual([]);
  });

  it('that is there is refused, or the answer', async () => {
    const { id } = await tree.make('Films', home);
    expectProblem(await tree.tryMake('fILMS', home), 409, 'name-taken');

    const again = await tree.tryMake('fILMS', home, 'accept');
    expect([again.status, again.as(folderSchema)]).toMatchObject([200, { id, name: 'Films' }]);
  });

  it('is made once, however many ask for it at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => tree.tryMake('a/b', home)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);

    const accepted = await Promise.all(Array.from({ length: 20 }, () => tree.tryMake('c/d', home, 'accept')));
    expect(new Set(accepted.map((answer) => answer.as(folderSchema).id)).size).toBe(1);
    expect(await tree.names(home)).toEqual(['a', 'c']);
  });

  it('has 32 levels at most', async () => {
    const thirty = Array<string>(30).fill('x').join('/');
    const deep = await tree.make(`${thirty}/y`, home); // with its home, 32
    expectProblem(await tree.tryMake('z', deep.id), 409, 'folder-too-deep');
    const { id } = await tree.make('one/two', home);
    expectProblem(await tree.change(id, { parent: deep.id }), 409, 'folder-too-deep');
  });

  it('is a folder’s place, not a file’s', async () => {
    const file = await tree.file('plain.txt', home);
    expectProblem(await tree.tryMake('plain.txt/below', home), 409, 'path-not-a-folder');
    expectProblem(await tree.tryMake('x', file.id), 404, 'folder-not-found');
    expectProblem(await product.send(`/api/folders/${file.id}/entries`), 404, 'folder-not-found');
  });
});

describe('a name', () => {
  it.each(NAMES)('of a folder and a file is kept as it is: %s', async (_, name) => {
    const folder = await tree.make(name, home);
    expect(folder.name).toBe(name);
    const file = await tree.file('other.txt', folder.id);
    const renamed = await tree.change(file.id, { name });
    expect([renamed.status, renamed.as(entrySchema).name]).toEqual([200, name]);

    expect(await tree.names(home)).toEqual([name]);
    expect(await tree.names(folder.id)).toEqual([name]);
    const download = await product.send(`/api/files/${file.id}/content`);
    expect(download.status).toBe(200);
    expect(fileNameOf(download.headers['content-disposition'] ?? '')).toBe(name);
    expect((await tree.change(folder.id, { name: 'plain' })).as(entrySchema).name).toBe('plain');
    expect((await tree.entry(file.id)).path).toBe(`home ${count}/plain`);
  });

  it.each([
    ['empty', ''],
    ['dots', '..'],
    ['a slash', 'a/b'],
    ['a backslash', 'a\\b'],
    ['NUL', 'a\u0000b'],
    ['a line feed', 'a\nb'],
    ['a C1 control', 'a\u0085b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['256 bytes', 'a'.repeat(256)],
    ['256 bytes of two each', 'я'.repeat(128)],
  ])('that no entry can have is refused, and changes nothing: %s', async (_, name) => {
    const { id } = await tree.make('kept', home);
    expectProblem(await tree.change(id, { name }), 422, 'invalid-name');
    if (name !== 'a/b') expectProblem(await tree.tryMake(name, home), 422, 'invalid-path');
    expect(await tree.names(home)).toEqual(['kept']);
  });

  it.each([
    ['another case', 'Report.PDF', 'rEPORT.pdf'],
    ['another composition', 'caf\u00e9', 'cafe\u0301'],
    ['a sharp s', 'STRASSE', 'straße'],
  ])('is taken in whatever form: %s', async (_, first, second) => {
    expect(nameKey(first)).toBe(nameKey(second));
    const { id } = await tree.make(first, home);
    expectProblem(await tree.tryMake(second, home), 409, 'name-taken');
    const file = await tree.file('x', home);
    expectProblem(await tree.change(file.id, { name: second }), 409, 'name-taken');
    expect((await tree.change(id, { name: second })).as(entrySchema).name).toBe(second);
  });

  it('goes to one of fifty who want it at the same time, or each gets a number', async () => {
    const files = await Promise.all(Array.from({ length: 50 }, (_, index) => tree.file(`f${index}`, home)));
    const refused = await Promise.all(files.map(({ id }) => tree.change(id, { name: 'one.txt' })));
    expect(refused.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(refused.filter(({ status }) => status === 409)).toHaveLength(49);

    const numbered = await Promise.all(files.map(({ id }) => tree.change(id, { name: 'n.txt', conflict: 'rename' })));
    expect(numbered.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(new Set(await tree.names(home)).size).toBe(50);
  });
});

describe('a move', () => {
  it('takes everything along, and no bytes', async () => {
    const [from, to] = [await tree.make('from', home), await tree.make('to', home)];
    const file = await tree.file('deep.txt', from.id, { path: 'a/b' });
    const before = product.blobs;

    expect((await tree.change(from.id, { parent: to.id, name: 'moved' })).status).toBe(200);
    expect((await tree.entry(file.id)).path).toBe(`home ${count}/to/moved/a/b`);
    expect(product.blobs).toEqual(before);
  });

  it('goes into no circle, also when two cross', async () => {
    const [a, b] = [await tree.make('a', home), await tree.make('b', home)];
    expectProblem(await tree.change(a.id, { parent: a.id }), 409, 'folder-into-itself');
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all([
        tree.change(a.id, { parent: b.id }),
        tree.change(b.id, { parent: a.id }),
        tree.change(a.id, { name: `a${round}` }),
      ]);
      // One of the two; a rename that comes after a move names the folder that it was found in, and so moves it back.
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      expect((await tree.list(home)).total).toBeGreaterThanOrEqual(1);
      for (const id of [a.id, b.id]) {
        const { ancestors } = (await product.send(`/api/folders/${id}`)).as(folderWithAncestorsSchema);
        expect(ancestors[0]?.id).toBe(tree.root);
        expect((await tree.change(id, { parent: home })).status).toBe(200);
      }
    }
  });
});

describe('a list', () => {
  it('is in the order in which people count, with a true total on every page', async () => {
    for (const name of ['10.txt', '9.txt', 'b', 'a02', 'a1']) await tree.file(name, home);
    await tree.make('z', home);
    const first = await tree.list(home, 'limit=4');
    const second = await tree.list(home, `limit=4&cursor=${first.next ?? ''}`);
    expect([...first.entries, ...second.entries].map(({ name }) => name)).toEqual([
      ...['z', '9.txt', '10.txt', 'a1', 'a02', 'b'],
    ]);
    expect([first.total, second.total, second.next]).toEqual([6, 6, null]);
  });

  it.each(['sort=color', 'order=up', 'limit=0', 'limit=201', 'cursor=x', 'cursor='])('refuses %s', async (query) => {
    expectProblem(await product.send(`/api/folders/${home}/entries?${query}`), 400, 'invalid-request');
  });
});
