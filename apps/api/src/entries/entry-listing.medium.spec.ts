import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { entryListSchema, folderWithAncestorsSchema, type Entry } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { makeFile, makeFolder, makeSpace, nodeOf, placeOf, treeLedger } from '../../test/trees.js';
import { parseCursor } from '../platform/http/cursor.js';
import { parseEntryCursor, type EntrySort } from './entry-cursor.js';
import { EntryListing } from './entry-listing.js';
import { FileListing } from './file-listing.js';
import { putIntoTrash } from './trashing.js';

/* Real: PostgreSQL. */

let database: DataSource;
let listing: EntryListing;
let space: string;

beforeAll(async () => {
  database = await migratedDatabase();
  listing = new EntryListing(database);
  space = await firstSpace(database);
  await database.query(
    `INSERT INTO accounts (id, name, name_key, role, password_hash) VALUES ('maria', 'Maria', 'maria', 'admin', 'x')`,
  );
});

afterAll(() => database.destroy());

beforeEach(async () => {
  await database.query('DELETE FROM entries; DELETE FROM blobs');
});

const file = (parent: string, name: string, bytes?: number) => makeFile(database, parent, name, bytes);
const folder = (parent: string, path: string) => makeFolder(database, parent, path);
const trash = (id: string, by: string | null = null) => putIntoTrash(database.manager, id, by);

/** All pages of a folder. */
async function all(id: string, sort: EntrySort, limit: number): Promise<{ entries: Entry[]; totals: number[] }> {
  const found = await listing.folder(id);
  if (found === null) throw new Error('There is no such folder.');
  const entries: Entry[] = [];
  const totals: number[] = [];
  for (let next: string | null = ''; next !== null;) {
    const page = await listing.page(found, sort, limit, next === '' ? null : parseEntryCursor(sort, next));
    expect(entryListSchema.parse(page)).toEqual(page);
    entries.push(...page.entries);
    totals.push(page.total);
    ({ next } = page);
  }
  return { entries, totals };
}
const byName: EntrySort = { by: 'name', direction: 'asc' };
const names = async (id: string, sort = byName, limit = 3) =>
  (await all(id, sort, limit)).entries.map(({ name }) => name);

describe('what is in a folder', () => {
  it('is listed as people count, folders first, in either direction', async () => {
    const top = await folder(space, 'top');
    for (const name of ['take 10', 'take 9', 'Take 100', 'a', 'B', '007', '7 b']) await file(top, name);
    for (const name of ['z', 'reel 2', 'reel 10']) await folder(top, name);
    await file(await folder(top, 'z'), 'elsewhere');
    const [folders, files] = [
      ['reel 2', 'reel 10', 'z'],
      ['007', '7 b', 'a', 'B', 'take 9', 'take 10', 'Take 100'],
    ];
    expect(await names(top)).toEqual([...folders, ...files]);
    expect(await names(top, { by: 'name', direction: 'desc' })).toEqual([
      ...folders.toReversed(),
      ...files.toReversed(),
    ]);
  });

  it('is listed by size, in which folders have their names, and by when it came into being', async () => {
    const top = await folder(space, 'top');
    for (const [name, size] of [
      ['a', 10],
      ['b', 9],
      ['c', 10_000_000_000],
      ['d', 0],
    ] as const)
      await file(top, name, size);
    for (const name of ['y', 'x']) await folder(top, name);
    expect(await names(top, { by: 'size', direction: 'asc' })).toEqual(['x', 'y', 'd', 'b', 'a', 'c']);
    expect(await names(top, { by: 'size', direction: 'desc' })).toEqual(['x', 'y', 'c', 'a', 'b', 'd']);
    expect(await names(top, { by: 'created', direction: 'asc' })).toEqual(['y', 'x', 'a', 'b', 'c', 'd']);
    expect(await names(top, { by: 'created', direction: 'desc' })).toEqual(['x', 'y', 'd', 'c', 'b', 'a']);
  });

  it.each([1, 2, 7, 20])('comes once on pages of %d, whatever is equal', async (limit) => {
    const top = await folder(space, 'top');
    for (let index = 0; index < 6; index++) {
      await file(top, `${'0'.repeat(index)}1`, 5);
      await folder(top, `${'0'.repeat(index)}2`);
    }
    await database.query(`UPDATE entries SET created_at = '2026-11-22 21:34:05.123456+00'`);
    for (const by of ['name', 'size', 'created'] as const) {
      for (const direction of ['asc', 'desc'] as const) {
        const { entries, totals } = await all(top, { by, direction }, limit);
        expect(new Set(entries.map(({ id }) => id)).size).toBe(12);
        expect(entries).toHaveLength(12);
        expect(new Set(totals)).toEqual(new Set([12]));
        expect(entries.map(({ kind }) => kind).lastIndexOf('folder')).toBe(5);
      }
    }
  });

  it('is no name that an upload has only claimed, and nothing from the trash', async () => {
    const top = await folder(space, 'top');
    await database.query(
      `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key, upload_id) VALUES ('claim', $1, $2, 'file', 'x', 'x', 'x', 'u')`,
      [space, top],
    );
    await trash(await file(top, 'y'));
    const { entries, totals } = await all(top, byName, 10);
    expect([entries, totals]).toEqual([[], [0]]);
    await trash(top);
    expect(await listing.folder(top)).toBeNull();
    expect(await names(space)).toEqual([]);
  });

  it('is told with the path of the folder', async () => {
    const deep = await folder(space, 'a/b');
    await file(deep, 'x');
    await file(space, 'y');
    expect((await all(deep, byName, 10)).entries).toMatchObject([{ path: 'a/b', parent: deep, space }]);
    expect((await all(space, byName, 10)).entries).toMatchObject([
      { kind: 'folder', name: 'a', path: '', parent: space },
      { kind: 'file', name: 'y', path: '', parent: space },
    ]);
  });
});

describe('a folder', () => {
  it('tells what it is in, from the root on', async () => {
    const deep = await folder(space, 'a/b/c');
    const found = await listing.folder(deep);
    expect(folderWithAncestorsSchema.parse(found)).toEqual(found);
    expect(found).toMatchObject({
      name: 'c',
      path: 'a/b',
      ancestors: [{ id: space, name: 'Files' }, { name: 'a' }, { name: 'b' }],
    });
    expect(found?.ancestors[2]?.id).toBe(found?.parent);
    const root = await listing.folder(space);
    expect(folderWithAncestorsSchema.parse(root)).toEqual(root);
    expect(root).toMatchObject({ id: space, name: 'Files', parent: null, path: '', ancestors: [] });
  });

  it('is no file, and no other text', async () => {
    for (const id of [await file(space, 'x'), 'A'.repeat(22)]) expect(await listing.folder(id)).toBeNull();
  });
});

describe('the trash', () => {
  it('tells who put what there from where, the newest first, page by page', async () => {
    const deep = await folder(space, 'a/b');
    const [x, y, z] = [await file(deep, 'x', 5), await file(deep, 'y'), await file(space, 'z')];
    await trash(x, 'maria');
    await trash(deep);
    await trash(z, 'nobody any more');
    const first = await listing.trash(space, 2, null);
    expect(entryListSchema.parse(first)).toEqual(first);
    expect(first).toMatchObject({
      entries: [
        { id: z, parent: space, path: '', trashed: { by: null, path: '' } },
        { kind: 'folder', id: deep, trashed: { by: null, path: 'a' } },
      ],
      total: 3,
    });
    const second = await listing.trash(space, 2, parseCursor(first.next ?? ''));
    expect(second).toMatchObject({ entries: [{ id: x, trashed: { by: 'Maria', path: 'a/b' } }], total: 3, next: null });
    expect(await listing.find(y)).toMatchObject({ inTrash: true, entry: { parent: deep, path: 'b' } });
    expect((await listing.find(y))?.entry.trashed).toBeUndefined();
    expect(await listing.trash(await makeSpace(database, 'Other'), 2, null)).toEqual({
      entries: [],
      total: 0,
      next: null,
    });
  });
});

describe('the list of all files', () => {
  it('has none from the trash, and passes over a folder of them', async () => {
    const files = new FileListing(database);
    const old = await file(space, 'old');
    const top = await folder(space, 'top');
    for (let index = 0; index < 7; index++) await file(await folder(top, 'below'), `${index}`);
    await trash(top);
    await trash(await file(space, 'gone'));
    const page = await files.page([space], 2, null);
    expect(page.files.map(({ id }) => id)).toEqual([old]);
    expect(page.next).toBeNull();
    const empty = await files.page([space], 1, null);
    expect(empty.files).toEqual([]);
    expect((await files.page([space], 1, parseCursor(empty.next ?? ''))).files.map(({ id }) => id)).toEqual([old]);
  });

  it('reads bytes from where they are, also of a file that is in another space now', async () => {
    const id = await file(space, 'x');
    const other = await makeSpace(database, 'Another');
    const put = { to: await placeOf(database, other), name: 'x', conflict: 'reject', by: null } as const;
    const node = await nodeOf(database, id);
    await database.transaction((manager) => treeLedger(database).move(manager, node, put));
    expect(await new FileListing(database).find(id)).toMatchObject({
      file: { space: other },
      blob: { spaceId: space },
    });
  });
});
