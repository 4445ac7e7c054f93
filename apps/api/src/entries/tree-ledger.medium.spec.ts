import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConflictPolicy } from '@stowage/contract';
import type { DataSource } from 'typeorm';
import { firstSpace } from '../../test/first-space.js';
import { migratedDatabase } from '../../test/test-database.js';
import { makeFile, makeFolder, makeSpace, nodeOf, pathsIn, placeOf, treeLedger } from '../../test/trees.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { TreeLedger } from './tree-ledger.js';
import { putIntoTrash } from './trashing.js';

/* Real: PostgreSQL. */

let database: DataSource;
let tree: TreeLedger;
let space: string;
let other: string;

beforeAll(async () => {
  database = await migratedDatabase(60);
  tree = treeLedger(database);
  space = await firstSpace(database);
  other = await makeSpace(database, 'Other');
});

afterAll(() => database.destroy());

beforeEach(async () => {
  await database.query('DELETE FROM entries; DELETE FROM blobs');
  await database.query('UPDATE spaces SET quota_bytes = NULL, used_bytes = 0, reserved_bytes = 0');
});

/** What each space uses is what its entries have, and everything hangs together. */
afterEach(async () => {
  const wrong: unknown[] = await database.query(
    `SELECT s.name FROM spaces s WHERE s.used_bytes <> (SELECT coalesce(sum(size), 0) FROM entries e WHERE e.space_id = s.id)
     UNION ALL SELECT e.name FROM entries e JOIN entries p ON p.id = e.parent_id WHERE p.space_id <> e.space_id OR p.kind <> 'folder'`,
  );
  expect(wrong).toEqual([]);
});

const file = (parent: string, name: string, bytes?: number) => makeFile(database, parent, name, bytes);
const folder = (parent: string, path: string) => makeFolder(database, parent, path);
const paths = (of = space) => pathsIn(database, of);
const trash = (id: string) => putIntoTrash(database.manager, id, null);

async function move(id: string, to: string, name?: string, conflict: ConflictPolicy = 'reject'): Promise<string> {
  const node = await nodeOf(database, id);
  const put = { to: await placeOf(database, to), name: name ?? node.name, conflict, by: null };
  return database.transaction((manager) => tree.move(manager, node, put));
}

async function restore(id: string, to: string, conflict: ConflictPolicy = 'reject'): Promise<string> {
  const node = await nodeOf(database, id);
  const put = { to: await placeOf(database, to), name: node.name, conflict, by: null };
  return database.transaction((manager) => tree.restore(manager, node, put));
}

/** `done`, or the code of the problem. */
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof ProblemError) return error.code;
      throw error;
    },
  );

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

describe('a folder', () => {
  it('moves with all that is in it', async () => {
    const a = await folder(space, 'a');
    await file(await folder(a, 'b/c'), 'x');
    const to = await folder(space, 'to');
    expect(await move(a, to, 'A2')).toBe('A2');
    expect(await paths()).toEqual(['to/', 'to/A2/', 'to/A2/b/', 'to/A2/b/c/', 'to/A2/b/c/x']);
  });

  it('cannot be put into itself, nor into what is in it', async () => {
    const a = await folder(space, 'a');
    const below = await folder(a, 'b/c');
    for (const to of [a, below]) expect(await outcome(move(a, to))).toBe('folder-into-itself');
    expect(await paths()).toEqual(['a/', 'a/b/', 'a/b/c/']);
  });

  it.each([1, 2, 3])('never ends up in a circle, whoever moves what at the same time (%j)', async () => {
    for (let round = 0; round < 15; round++) {
      await database.query('DELETE FROM entries');
      const ids = await times(4, (index) => folder(space, `f${index}`));
      const outcomes = await times(12, (index) =>
        outcome(move(ids[index % 4] ?? '', ids[(index + 1 + (index % 3)) % 4] ?? '')),
      );
      expect(outcomes).not.toContain('entry-not-found');
      // All four hang from the root: none is in a circle, which a walk from there would not find.
      expect(await paths()).toHaveLength(4);
    }
  });

  it('has 32 levels at most, whatever is made, moved or renamed', async () => {
    const levels = (count: number) => Array.from({ length: count }, (_, index) => `${index}`).join('/');
    const deep = await folder(space, levels(32));
    expect(await outcome(folder(deep, 'x'))).toBe('folder-too-deep');
    await file(deep, 'x');
    const tall = await folder(space, 'tall/er');
    const parent = (await nodeOf(database, tall)).parentId ?? '';
    expect(await outcome(move(parent, await folder(space, levels(31))))).toBe('folder-too-deep');
    expect(await outcome(move(parent, await folder(space, levels(30))))).toBe('done');
  });

  it('has a path of 4,096 bytes at most, also those below it', async () => {
    const long = (character: string) => character.repeat(255);
    const sixteen = Array.from({ length: 15 }, (_, index) => long(String.fromCharCode(97 + index))).join('/');
    const top = await folder(space, 'a');
    await folder(top, sixteen);
    // 15 × 255, 15 slashes: 256 bytes are left for the one above.
    expect(await outcome(move(top, space, 'é'.repeat(127)))).toBe('done');
    const root = await folder(space, 'x');
    expect(await outcome(move(top, root))).toBe('done');
    expect(await outcome(move(top, await folder(root, 'yy')))).toBe('folder-too-deep');
    expect((await nodeOf(database, top)).parentId).toBe(root);
  });

  it('is not made deeper by a move that comes in between', async () => {
    const line = (from: string, count: number) =>
      folder(from, Array.from({ length: count }, (_, index) => `${index}`).join('/'));
    for (let round = 0; round < 10; round++) {
      await database.query('DELETE FROM entries');
      const [a, b] = [await folder(space, 'a'), await folder(space, 'b')];
      const [endOfA, endOfB] = [await line(a, 15), await line(b, 15)];
      await Promise.all([outcome(move(a, endOfB)), outcome(line(endOfA, 2)), outcome(line(endOfB, 2))]);
      expect(Math.max(...(await paths()).map((path) => path.split('/').length - 1))).toBeLessThanOrEqual(32);
    }
  });
});

describe('a name', () => {
  it('is refused, numbered or replaced where it is taken', async () => {
    const [a, b] = [await file(space, 'a.txt'), await file(space, 'b.txt')];
    expect(await outcome(move(a, space, 'B.TXT'))).toBe('name-taken');
    expect(await move(a, space, 'B.txt', 'rename')).toBe('B (1).txt');
    expect(await move(a, space, 'B.txt', 'replace')).toBe('B.txt');
    expect(await paths()).toEqual(['B.txt']);
    expect((await nodeOf(database, b)).inTrash).toBe(true);
  });

  it('of a folder replaces nothing, and is not replaced', async () => {
    const [a, b] = [await folder(space, 'v1.2'), await file(space, 'b')];
    await folder(space, 'c');
    expect(await outcome(move(a, space, 'b', 'replace'))).toBe('name-taken');
    expect(await outcome(move(a, space, 'C', 'replace'))).toBe('name-taken');
    expect(await outcome(move(b, space, 'c', 'replace'))).toBe('name-taken');
    expect(await move(b, space, 'V1.2', 'rename')).toBe('V1 (1).2');
    await file(await folder(space, 'to'), 'v1.2');
    expect(await move(a, await folder(space, 'to'), undefined, 'rename')).toBe('v1.2 (1)');
  });

  it('can change its case and normalisation, and stay as it is', async () => {
    const a = await file(space, 'é');
    for (const name of ['É', 'e\u0301', 'e\u0301']) {
      expect(await move(a, space, name)).toBe(name);
      expect((await nodeOf(database, a)).name).toBe(name);
    }
    expect(await move(a, space, undefined, 'rename')).toBe('e\u0301');
  });

  it('is one entry’s, however many want it at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      await database.query('DELETE FROM entries');
      await database.query('UPDATE spaces SET used_bytes = 0');
      const ids = await times(20, (index) => file(space, `f${index}`));
      const outcomes = await Promise.all([
        ...ids.map((id, index) => outcome(move(id, space, index % 2 === 0 ? 'x' : 'X'))),
        ...ids.map(() => outcome(folder(space, 'X/y'))),
      ]);
      expect(outcomes.filter((it) => !['done', 'name-taken', 'path-not-a-folder'].includes(it))).toEqual([]);
      expect((await paths()).filter((path) => /^x\/?$/iu.test(path))).toHaveLength(1);
    }
  });

  it('gets a number of its own, however many want it at the same time', async () => {
    const ids = await times(20, (index) => file(space, `f${index}`));
    await times(20, (index) => move(ids[index] ?? '', space, 'x', 'rename'));
    expect((await paths()).sort()).toEqual(
      ['x', ...Array.from({ length: 19 }, (_, index) => `x (${index + 1})`)].sort(),
    );
  });

  it('is replaced by each of those who want it in turn: one stays, the others are in the trash', async () => {
    const ids = await times(12, (index) => file(space, `f${index}`));
    await times(12, (index) => move(ids[index] ?? '', space, 'x', 'replace'));
    expect(await paths()).toEqual(['x']);
    expect(await database.query(`SELECT 1 FROM entries WHERE trashed_at IS NOT NULL`)).toHaveLength(11);
  });
});

describe('the trash', () => {
  it('takes a folder with all that is in it, and gives it back', async () => {
    const a = await folder(space, 'x/a');
    const [inner, b] = [await file(a, 'f'), await folder(a, 'b')];
    expect(await trash(a)).toBe(true);
    expect(await paths()).toEqual(['x/']);
    for (const id of [a, inner, b]) expect((await nodeOf(database, id)).inTrash).toBe(true);
    expect(await trash(a)).toBe(false);
    expect(await outcome(move(inner, space))).toBe('entry-not-found');
    expect(await outcome(move(await file(space, 'g'), b))).toBe('folder-not-found');
    expect(await restore(a, (await nodeOf(database, a)).trashedFrom ?? '')).toBe('a');
    expect(await paths()).toEqual(['g', 'x/', 'x/a/', 'x/a/b/', 'x/a/f']);
    expect(await outcome(restore(a, space))).toBe('not-in-trash');
  });

  it('lets a name be used again, which is then taken for what comes back', async () => {
    const old = await file(space, 'a');
    await trash(old);
    const young = await file(space, 'A');
    expect(await outcome(restore(old, space))).toBe('name-taken');
    expect(await restore(old, space, 'rename')).toBe('a (1)');
    await trash(old);
    await move(young, space, 'a (1)');
    expect(await restore(old, space, 'replace')).toBe('a (1)');
    expect((await nodeOf(database, young)).inTrash).toBe(true);
  });

  it('gives back what lies in a folder that stays in it', async () => {
    const a = await folder(space, 'a');
    const [f, b] = [await file(a, 'f'), await folder(a, 'b')];
    await trash(a);
    expect(await restore(f, space)).toBe('f');
    expect(await outcome(restore(a, b))).toBe('folder-not-found');
    expect(await paths()).toEqual(['f']);
  });

  it('gives an entry back once, whoever asks at the same time', async () => {
    const a = await folder(space, 'a');
    await trash(a);
    const outcomes = await times(8, () => outcome(restore(a, space)));
    expect(outcomes.sort()).toEqual(['done', ...Array.from({ length: 7 }, () => 'not-in-trash')]);
  });

  it('has it or the folder has it, whatever comes at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      await database.query('DELETE FROM entries');
      const [a, b] = [await folder(space, 'a'), await folder(space, 'b')];
      const outcomes = await Promise.all([
        outcome(move(a, b)),
        trash(a),
        trash(b),
        outcome(folder(a, 'c')),
        outcome(folder(b, 'd')),
      ]);
      expect(outcomes).toContain(true);
      const rows = await database.query<{ count: number }[]>(
        `SELECT count(*)::integer FROM entries WHERE folder_id IS NULL`,
      );
      expect(rows[0]?.count).toBeGreaterThan(0);
    }
  });
});

describe('another space', () => {
  it('gets a folder with all that is in it, and pays for it', async () => {
    const a = await folder(space, 'a');
    await file(await folder(a, 'b'), 'x', 300);
    await file(space, 'y', 7);
    expect(await move(a, await folder(other, 'to'))).toBe('a');
    expect([await paths(), await paths(other)]).toEqual([['y'], ['to/', 'to/a/', 'to/a/b/', 'to/a/b/x']]);
    expect(await database.query(`SELECT used_bytes::integer AS used FROM spaces ORDER BY used`)).toEqual([
      { used: 7 },
      { used: 300 },
    ]);
    expect(await move(a, space)).toBe('a');
  });

  it('without room for it gets nothing', async () => {
    const a = await folder(space, 'a');
    await file(a, 'x', 300);
    await database.query(`UPDATE spaces SET quota_bytes = 299 WHERE id = $1`, [other]);
    expect(await outcome(move(a, other))).toBe('quota-exceeded');
    expect([await paths(), await paths(other)]).toEqual([['a/', 'a/x'], []]);
    await database.query(`UPDATE spaces SET quota_bytes = 300 WHERE id = $1`, [other]);
    expect(await outcome(move(a, other))).toBe('done');
  });

  it('is not overdrawn by many who move there at the same time', async () => {
    const ids = await times(20, (index) => file(space, `f${index}`, 10));
    await database.query(`UPDATE spaces SET quota_bytes = 100 WHERE id = $1`, [other]);
    const outcomes = await times(20, (index) => outcome(move(ids[index] ?? '', other)));
    expect(outcomes.filter((it) => it === 'done')).toHaveLength(10);
    expect(outcomes.filter((it) => it === 'quota-exceeded')).toHaveLength(10);
  });

  it('gives and takes at the same time without either waiting for the other', async () => {
    const [a, b] = [await folder(space, 'a'), await folder(other, 'b')];
    await file(a, 'x', 5);
    await file(b, 'x', 3);
    for (let round = 0; round < 10; round++) {
      const [toA, toB] = round % 2 === 0 ? [other, space] : [space, other];
      expect(await Promise.all([outcome(move(a, toA)), outcome(move(b, toB))])).toEqual(['done', 'done']);
    }
  });

  it('gets no folder below which an upload completes', async () => {
    const a = await folder(space, 'a');
    await database.query(
      `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key, upload_id) VALUES ('claim', $1, $2, 'file', 'x', 'x', 'x', 'u')`,
      [space, a],
    );
    expect(await outcome(move(a, other))).toBe('overloaded');
    expect(await outcome(move(a, await folder(space, 'here')))).toBe('done');
  });

  it('keeps what was put into the trash from a folder that it gives away', async () => {
    const a = await folder(space, 'a');
    const x = await file(a, 'x');
    await trash(x);
    await move(a, other);
    expect((await nodeOf(database, x)).spaceId).toBe(space);
    expect(await restore(x, space)).toBe('x');
  });
});
