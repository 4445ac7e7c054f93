import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ID_PATTERN, fileSchema } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { BlobLedger } from '../blobs/blob-ledger.js';
import { newId } from '../platform/database/ids.js';
import { parseCursor } from '../platform/http/cursor.js';
import { EntryLedger } from './entry-ledger.js';
import { FileListing } from './file-listing.js';

const SHA256 = 'ab'.repeat(32);

let database: DataSource;
let entries: EntryLedger;
let listing: FileListing;
let spaceId: string;

beforeAll(async () => {
  database = await migratedDatabase();
  entries = new EntryLedger(database);
  listing = new FileListing(database);
  spaceId = await firstSpace(database);
});

afterAll(() => database.destroy());

beforeEach(async () => {
  await database.query('DELETE FROM entries');
});

function file(name: string, path = '', size = 1): Promise<string> {
  const uploadId = newId();
  const destination = { spaceId, folders: path === '' ? [] : path.split('/'), name };
  return database.transaction(async (manager) => {
    await entries.claim(manager, destination, uploadId, 'text/plain');
    const blob = await new BlobLedger().claim(manager, { spaceId, sha256: SHA256 }, size);
    return entries.fulfil(manager, uploadId, blob.id);
  });
}

/** All names, page by page. */
async function pages(limit: number): Promise<string[][]> {
  const all: string[][] = [];
  for (let cursor: string | null = '', page; cursor !== null; cursor = page.next) {
    page = await listing.page([spaceId], limit, cursor === '' ? null : parseCursor(cursor));
    all.push(page.files.map(({ name }) => name));
  }
  return all;
}

describe('a file in a list', () => {
  it('is told as the contract has it', async () => {
    const id = await file('Ünï "x".txt', 'a/b c/名前');
    const { files, next } = await listing.page([spaceId], 10, null);
    expect(next).toBeNull();
    expect(files).toEqual([
      {
        kind: 'file',
        id,
        name: 'Ünï "x".txt',
        space: spaceId,
        parent: expect.stringMatching(ID_PATTERN),
        path: 'a/b c/名前',
        size: 1,
        sha256: SHA256,
        mediaType: 'text/plain',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
        url: `/api/files/${id}/content`,
      },
    ]);
    expect(fileSchema.parse(files[0])).toEqual(files[0]);
    expect(await listing.find(id)).toEqual({ file: files[0], blob: { spaceId, sha256: SHA256 }, inTrash: false });
  });

  it('has the whole path, 32 folders deep', async () => {
    const path = Array.from({ length: 32 }, (_, index) => `f${index}`).join('/');
    const id = await file('x', path);
    expect((await listing.find(id))?.file.path).toBe(path);
  });

  it('is not there while its upload is completing, and folders never are', async () => {
    await database.transaction((manager) =>
      entries.claim(manager, { spaceId, folders: ['folder'], name: 'claimed' }, newId(), 'text/plain'),
    );
    expect(await listing.page([spaceId], 10, null)).toEqual({ files: [], next: null });
    for (const { id } of await database.query<{ id: string }[]>('SELECT id FROM entries')) {
      expect(await listing.find(id)).toBeNull();
    }
    expect(await listing.find(newId())).toBeNull();
  });
});

describe('a list', () => {
  it('is empty at first', async () => {
    expect(await listing.page([spaceId], 10, null)).toEqual({ files: [], next: null });
  });

  it('runs from new to old', async () => {
    for (const name of ['first', 'second', 'third']) await file(name);
    expect(await pages(10)).toEqual([['third', 'second', 'first']]);
  });

  it.each([1, 2, 3, 7, 20, 21])(
    'misses and repeats nothing in pages of %i, even of files of one moment',
    async (limit) => {
      for (let index = 0; index < 20; index++) await file(`f${index}`);
      // A few moments, microseconds apart, several files each.
      await database.query(
        `UPDATE entries e SET created_at = '2026-11-22 21:34:05.123456+00'::timestamptz + (n.row % 3) * interval '1 microsecond'
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS row FROM entries) n WHERE n.id = e.id`,
      );
      const found = await pages(limit);
      expect(found.flat().sort()).toEqual(Array.from({ length: 20 }, (_, index) => `f${index}`).sort());
      for (const page of found.slice(0, -1)) expect(page).toHaveLength(limit);
      expect(found.at(-1)?.length).toBeGreaterThan(0);
    },
  );

  it('goes on where it was, though files come and go', async () => {
    const ids = new Map<string, string>();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) ids.set(name, await file(name));
    const first = await listing.page([spaceId], 3, null);
    expect(first.files.map(({ name }) => name)).toEqual(['f', 'e', 'd']);
    await file('new');
    await entries.delete(ids.get('d') ?? '');
    await entries.delete(ids.get('b') ?? '');
    const second = await listing.page([spaceId], 3, parseCursor(first.next ?? ''));
    expect(second.files.map(({ name }) => name)).toEqual(['c', 'a']);
    expect(second.next).toBeNull();
  });
});
