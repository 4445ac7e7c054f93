import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { newId } from '../platform/database/ids.js';
import { BlobLedger } from '../blobs/blob-ledger.js';
import { EntryLedger } from './entry-ledger.js';

let database: DataSource;
let entries: EntryLedger;
let spaceId: string;

beforeAll(async () => {
  database = await migratedDatabase(60);
  entries = new EntryLedger(database);
  spaceId = await firstSpace(database);
});

afterAll(() => database.destroy());

beforeEach(async () => {
  await database.query('DELETE FROM entries');
});

afterEach(async () => {
  const orphans: unknown[] = await database.query(
    `SELECT 1 FROM entries e LEFT JOIN entries p ON p.id = e.parent_id AND p.kind = 'folder'
     WHERE e.parent_id IS NOT NULL AND p.id IS NULL`,
  );
  expect(orphans).toEqual([]);
});

const at = (path: string) => {
  const folders = path.split('/');
  return { spaceId, folders: folders.slice(0, -1), name: folders.at(-1) ?? '' };
};

/** Claims a name in a transaction of its own, as the seal of an upload does. */
function claim(path: string, uploadId = newId()): Promise<string | null> {
  return database.transaction(async (manager) =>
    (await entries.claim(manager, at(path), uploadId, 'text/plain')) ? uploadId : null,
  );
}

/** Makes a file. */
async function file(path: string): Promise<{ fileId: string; blobId: string }> {
  const uploadId = await claim(path);
  if (uploadId === null) throw new Error(`${path} is taken.`);
  return database.transaction(async (manager) => {
    const sha256 = Buffer.from(newId()).toString('hex').padEnd(64, '0').slice(0, 64);
    const blob = await new BlobLedger().claim(manager, { spaceId, sha256 }, 1);
    return { fileId: await entries.fulfil(manager, uploadId, blob.id), blobId: blob.id };
  });
}

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

/** Names in the folders of a name; of the root for ''. */
async function namesIn(folder: string): Promise<string[]> {
  const rows = await database.query<{ name: string }[]>(
    `SELECT c.name FROM entries c LEFT JOIN entries p ON p.id = c.parent_id WHERE coalesce(p.name, '') = $1 AND c.trashed_at IS NULL ORDER BY c.name`,
    [folder],
  );
  return rows.map(({ name }) => name);
}

describe('claiming a name', () => {
  it('has exactly one winner of 50 at a time, round after round', async () => {
    for (let round = 0; round < 5; round++) {
      const won = await times(50, () => claim(`report ${round}.pdf`));
      expect(won.filter((upload) => upload !== null)).toHaveLength(1);
    }
    expect(await namesIn('')).toHaveLength(5);
  });

  it.each([
    ['case', ['README.md', 'readme.md', 'ReadMe.MD', 'readme.MD']],
    ['normalisation', ['\u00e9t\u00e9.txt', 'e\u0301te\u0301.txt', '\u00c9T\u00c9.TXT', 'E\u0301TE\u0301.txt']],
    ['a sharp s', ['straße', 'STRASSE', 'Strasse', 'STRAßE']],
    ['a final sigma', ['ΣΑΣ', 'σας', 'σασ', 'Σας']],
  ])('has one winner among names that differ in %s', async (_, names) => {
    const won = await times(names.length * 3, (index) => claim(names[index % names.length] ?? ''));
    expect(won.filter((upload) => upload !== null)).toHaveLength(1);
    for (const name of names) expect(await entries.isTaken(at(name))).toBe(true);
  });

  it('keeps the spelling of whoever won', async () => {
    await claim('Résumé.PDF');
    expect(await namesIn('')).toEqual(['Résumé.PDF']);
  });

  it('does not mind the same name in another folder', async () => {
    const won = await times(10, (index) => claim(`folder ${index}/same`));
    expect(won).not.toContain(null);
  });

  it('gives way to no folder either', async () => {
    await file('docs/a.txt');
    expect(await claim('docs')).toBeNull();
    expect(await claim('DOCS')).toBeNull();
    expect(await entries.isTaken(at('docs'))).toBe(true);
  });

  it('is undone with its transaction, folders included', async () => {
    const refused = database.transaction(async (manager) => {
      await entries.claim(manager, at('new/deep/x'), newId(), 'text/plain');
      throw new Error('rolled back');
    });
    await expect(refused).rejects.toThrow('rolled back');
    expect(await namesIn('')).toEqual([]);
    expect(await entries.isTaken(at('new/deep/x'))).toBe(false);
  });

  it('waits for a claim that is not decided yet', async () => {
    let decide: (keep: boolean) => void = () => undefined;
    const decision = new Promise<boolean>((resolve) => (decide = resolve));
    let claimed: () => void = () => undefined;
    const isClaimed = new Promise<void>((resolve) => (claimed = resolve));
    const first = database
      .transaction(async (manager) => {
        await entries.claim(manager, at('x'), newId(), 'text/plain');
        claimed();
        if (!(await decision)) throw new Error('given up');
      })
      .catch(() => undefined);
    await isClaimed;
    const second = claim('x');
    decide(false);
    await first;
    expect(await second).not.toBeNull();
  });
});

describe('folders', () => {
  it('are made once by many at a time, as deep as they go', async () => {
    const won = await times(50, (index) => claim(`a/b/c/d/e/f${index}`));
    expect(won).not.toContain(null);
    expect(await Promise.all(['', 'a', 'b', 'c', 'd'].map(namesIn))).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
    expect(await namesIn('e')).toHaveLength(50);
  });

  it('are one folder in whatever case they are written', async () => {
    await times(20, (index) => claim(`${index % 2 ? 'Fotos' : 'FOTOS'}/f${index}`));
    const folders = await namesIn('');
    expect(folders).toHaveLength(1);
    expect(await namesIn(folders[0] ?? '')).toHaveLength(20);
  });

  it('are never files', async () => {
    await file('a/b');
    for (const path of ['a/b/c', 'a/B/c', 'a/b/c/d']) {
      await expect(claim(path)).rejects.toMatchObject({ code: 'path-not-a-folder' });
      await expect(entries.isTaken(at(path))).rejects.toMatchObject({ code: 'path-not-a-folder' });
    }
    expect(await namesIn('a')).toEqual(['b']);
  });

  it('are not needed to see that a name is free', async () => {
    expect(await entries.isTaken(at('nowhere/at/all'))).toBe(false);
    expect(await namesIn('')).toEqual([]);
  });
});

describe('a claimed name', () => {
  it('becomes a file once', async () => {
    const { fileId, blobId } = await file('x');
    expect(await entries.isTaken(at('x'))).toBe(true);
    const [row] = await database.query<{ blob_id: string; upload_id: string }[]>(
      `SELECT blob_id, upload_id FROM entries WHERE id = $1`,
      [fileId],
    );
    expect(row?.blob_id).toBe(blobId);
    await expect(entries.fulfil(database.manager, row?.upload_id ?? '', blobId)).rejects.toThrow('no claimed name');
  });

  it('can be given back, but not once it is a file', async () => {
    const uploadId = await claim('x');
    await entries.unclaim(database.manager, uploadId ?? '');
    expect(await entries.isTaken(at('x'))).toBe(false);
    const { fileId } = await file('x');
    const [row] = await database.query<{ upload_id: string }[]>(`SELECT upload_id FROM entries WHERE id = $1`, [
      fileId,
    ]);
    await entries.unclaim(database.manager, row?.upload_id ?? '');
    expect(await entries.isTaken(at('x'))).toBe(true);
  });

  it('cannot be deleted as a file, nor can a folder', async () => {
    await claim('folder/x');
    const rows = await database.query<{ id: string }[]>(`SELECT id FROM entries WHERE name IN ('x', 'folder')`);
    for (const { id } of rows) expect(await entries.delete(id)).toBeNull();
    expect(await entries.isTaken(at('folder/x'))).toBe(true);
  });
});

describe('deleting a file', () => {
  it('frees its name, once', async () => {
    const { fileId, blobId } = await file('x');
    const deleted = await times(10, () => entries.delete(fileId));
    expect(deleted.filter((it) => it !== null)).toEqual([{ blobId, spaceId, size: 1 }]);
    expect(await entries.isTaken(at('x'))).toBe(false);
    expect(await claim('x')).not.toBeNull();
  });

  it('leaves its folders, empty as they are', async () => {
    const { fileId } = await file('a/b/x');
    await entries.delete(fileId);
    expect([await namesIn(''), await namesIn('a'), await namesIn('b')]).toEqual([['a'], ['b'], []]);
  });
});

describe('the space', () => {
  it('is one, made by the first migration', async () => {
    expect(await database.query('SELECT id, name FROM spaces')).toEqual([{ id: spaceId, name: 'Files' }]);
  });
});

describe('a name that is taken', () => {
  const renamed = (path: string) =>
    database.transaction((manager) => entries.claim(manager, at(path), newId(), 'text/plain', 'rename'));

  it('gets the next free number', async () => {
    for (const name of ['a.txt', 'a (1).txt', 'A (3).TXT']) await file(name);
    for (let round = 0; round < 3; round++) expect(await renamed('a.txt')).toBe(true);
    expect(await namesIn('')).toEqual(
      ['a (1).txt', 'a (2).txt', 'A (3).TXT', 'a (4).txt', 'a (5).txt', 'a.txt'].sort(),
    );
  });

  it('gets 150 numbers, each once, at a time', async () => {
    await file('b');
    expect(await times(150, () => renamed('b'))).toEqual(Array.from({ length: 150 }, () => true));
    expect((await namesIn('')).toSorted()).toEqual(
      ['b', ...Array.from({ length: 150 }, (_, index) => `b (${index + 1})`)].sort(),
    );
  });

  /** Claims the name of a file to replace it. */
  function claimPlace(path: string): Promise<string | null> {
    const uploadId = newId();
    return database.transaction(async (manager) =>
      (await entries.claim(manager, at(path), uploadId, 'text/plain', 'replace')) ? uploadId : null,
    );
  }

  const trash = () =>
    database.query<unknown[]>(`SELECT id, trashed_by, trashed_path FROM entries WHERE trashed_at IS NOT NULL`);

  /** Ends it. */
  function takePlace(uploadId: string | null): Promise<void> {
    return database.transaction(async (manager) => {
      const sha256 = Buffer.from(newId()).toString('hex').padEnd(64, '0').slice(0, 64);
      const blob = await new BlobLedger().claim(manager, { spaceId, sha256 }, 1);
      await entries.replace(manager, uploadId ?? '', 'maria');
      await entries.fulfil(manager, uploadId ?? '', blob.id);
    });
  }

  it('is given up by the old file, which goes into the trash, in the moment in which the new one is there', async () => {
    const { fileId } = await file('c/x');
    const uploadId = await claimPlace('c/X');
    expect(await database.query('SELECT id FROM entries WHERE blob_id IS NOT NULL')).toEqual([{ id: fileId }]);
    expect(await entries.isTaken(at('c/x'))).toBe(true);
    await takePlace(uploadId);
    expect(await namesIn('c')).toEqual(['X']);
    expect(await trash()).toEqual([{ id: fileId, trashed_by: 'maria', trashed_path: 'c' }]);
    expect(await claim('c/x')).toBeNull();
  });

  it('that nobody has any more is simply taken', async () => {
    const { fileId } = await file('c');
    const uploadId = await claimPlace('c');
    await entries.delete(fileId);
    await takePlace(uploadId);
    await takePlace(await claimPlace('d'));
    expect(await namesIn('')).toEqual(['c', 'd']);
    expect(await trash()).toEqual([]);
  });

  it('is not taken from a folder, nor from an upload that is completing', async () => {
    await file('f/x');
    expect(await claimPlace('f')).toBeNull();
    const completing = await claim('e');
    const waiting = await claimPlace('e');
    await expect(takePlace(waiting)).rejects.toThrow('unique');
    await entries.unclaim(database.manager, completing ?? '');
    await takePlace(waiting);
  });

  it('that a folder has taken since stays with it, and the file gets a number', async () => {
    const { fileId } = await file('h.txt');
    const waiting = await claimPlace('h.txt');
    await entries.delete(fileId);
    await database.query(`UPDATE entries SET name = 'H.txt', name_key = 'h.txt' WHERE name = $1 AND kind = 'folder'`, [
      await file('folder/x').then(() => 'folder'),
    ]);
    await takePlace(waiting);
    expect(await namesIn('')).toEqual(['H.txt', 'h (1).txt'].sort());
  });

  it('has one file in the end when 20 replace it at once', async () => {
    await file('g');
    const claims = await times(20, () => claimPlace('g'));
    for (let left = claims; left.length > 0;) {
      const results = await Promise.allSettled(left.map(takePlace));
      left = left.filter((_, index) => results[index]?.status === 'rejected');
    }
    expect(await namesIn('')).toEqual(['g']);
    expect(await trash()).toHaveLength(20);
  });
});
