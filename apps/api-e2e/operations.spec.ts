// Many files and folders at once: moved, copied, put into the trash, taken out of it, removed for good.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  entryListSchema,
  folderSchema,
  operationListSchema,
  operationSchema,
  type Entry,
  type Folder,
  type Operation,
  type OperationWish,
} from '@stowage/contract';
import { balanced } from './support/conservation.js';
import { query } from './support/database.js';
import type { Answer } from './support/http.js';
import { encodeForm } from './support/form.js';
import { somebody, type Somebody } from './support/people.js';
import { Product } from './support/product.js';
import { newSpace, ownSpace, setRole } from './support/spaces.js';
import { until } from './support/until.js';
import { storedFile } from './support/stored-file.js';
import { Visitor } from './support/visitor.js';

const BYTES = Buffer.from('ten bytes.');
const MANY = 10_000;

const product = new Product();
const maria = new Visitor(product);
let space: string;
let other: string;
let count = 0;
beforeAll(async () => {
  await product.start();
  await maria.setUp('Maria', 'a walrus in the kitchen');
});
beforeEach(async () => {
  space = (await newSpace(maria, `space ${++count}`)).id;
  other = (await newSpace(maria, `space ${++count}`)).id;
});
afterAll(() => product.dispose());

async function folder(parent: string, path = `folder ${++count}`): Promise<Folder> {
  return (await maria.sendJson('POST', '/api/folders', { parent, path })).as(folderSchema);
}

async function file(parent: string, name = `file ${++count}`, by = maria): Promise<string> {
  const { contentType, body } = encodeForm([
    { name: 'folder', value: parent },
    { name: 'file', value: BYTES, fileName: name },
  ]);
  const answer = await by.send('/upload', { method: 'POST', headers: { 'Content-Type': contentType }, body });
  return (await storedFile(by, answer)).id;
}

/** A folder with so many files of ten bytes, half of them in a folder inside. */
async function big(files = MANY): Promise<Folder> {
  const made = await folder(space);
  const inner = await folder(made.id, 'inner');
  const first = await file(made.id, 'file 0');
  await query(
    product.databaseUrl,
    `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key, media_type, blob_id, size)
     SELECT lpad(md5('${made.id}' || n), 32, 'x'), e.space_id, CASE n % 2 WHEN 0 THEN e.parent_id ELSE '${inner.id}' END,
       'file', 'file ' || n, 'file ' || n, 'file ' || lpad(n::text, 9, '0'), e.media_type, e.blob_id, e.size
     FROM entries e, generate_series(1, ${files - 1}) n WHERE e.id = '${first}'`,
  );
  await query(
    product.databaseUrl,
    `UPDATE spaces SET used_bytes = used_bytes + ${(files - 1) * BYTES.length} WHERE id = '${space}'`,
  );
  return made;
}

const operate = (wanted: OperationWish, by = maria): Promise<Answer> => by.sendJson('POST', '/api/operations', wanted);
const look = async (id: string): Promise<Operation> => (await maria.send(`/api/operations/${id}`)).as(operationSchema);

/** Asks for an operation and waits for its end. */
async function ended(wanted: OperationWish, by = maria): Promise<Operation> {
  const answer = await operate(wanted, by);
  expect([200, 202]).toContain(answer.status);
  let operation = answer.as(operationSchema);
  expect(answer.status).toBe(operation.state === 'running' ? 202 : 200);
  await until(
    'the operation has ended',
    async () => (operation = await look(operation.id)).state !== 'running',
    60_000,
  );
  return operation;
}

async function list(folderId: string): Promise<Entry[]> {
  return (await maria.send(`/api/folders/${folderId}/entries?limit=200`)).as(entryListSchema).entries;
}
const names = async (folderId: string): Promise<string[]> => (await list(folderId)).map(({ name }) => name);
const total = async (folderId: string): Promise<number> =>
  (await maria.send(`/api/folders/${folderId}/entries?limit=1`)).as(entryListSchema).total;
const trashOf = async (id: string): Promise<Entry[]> =>
  (await maria.send(`/api/spaces/${id}/trash`)).as(entryListSchema).entries;
async function used(id: string): Promise<number> {
  const [row] = await query<{ used: string }>(
    product.databaseUrl,
    `SELECT used_bytes AS used FROM spaces WHERE id = '${id}'`,
  );
  return Number(row?.used);
}

describe('many entries', () => {
  it('go to another folder, and those that cannot are named and stay', async () => {
    const [from, to] = [await folder(space), await folder(space)];
    const ids = [await file(from.id, 'a'), await file(from.id, 'b'), await file(from.id, 'c')];
    await file(to.id, 'b');
    const operation = await ended({ action: 'move', entries: [...ids, to.id], to: to.id });
    expect(operation).toMatchObject({ state: 'done', total: 4, done: 4, failed: 2 });
    expect(operation.failures.map(({ name, code }) => [name, code])).toEqual([
      ['b', 'name-taken'],
      [to.name, 'folder-into-itself'],
    ]);
    expect([await names(from.id), await names(to.id)]).toEqual([['b'], ['a', 'b', 'c']]);
  });

  it('go through trash and back, each once however often it is named', async () => {
    const from = await folder(space);
    const ids = [await file(from.id, 'a'), await file(from.id, 'b')];
    expect(await ended({ action: 'trash', entries: [...ids, ...ids] })).toMatchObject({ total: 2, done: 2, failed: 0 });
    expect(await names(from.id)).toEqual([]);
    expect((await trashOf(space)).map(({ trashed }) => trashed)).toMatchObject([
      { by: 'Maria', path: from.name },
      { by: 'Maria', path: from.name },
    ]);
    expect(await used(space)).toBe(20);
    await file(from.id, 'a');
    const back = await ended({ action: 'restore', entries: ids, conflict: 'rename' });
    expect(back).toMatchObject({ done: 2, failed: 0 });
    expect(await names(from.id)).toEqual(['a', 'a (1)', 'b']);
  });

  it('are refused as a whole where nothing of it can be', async () => {
    const [here, there] = [await file(space), await file(other)];
    const code = async (wanted: object) => (await operate(wanted as OperationWish)).problem.code;
    expect(await code({ action: 'trash', entries: [here, there] })).toBe('invalid-request');
    expect(await code({ action: 'trash', entries: ['x'.repeat(22)] })).toBe('entry-not-found');
    expect(await code({ action: 'move', entries: [here] })).toBe('invalid-request');
    expect(await code({ action: 'trash', entries: [here], to: space })).toBe('invalid-request');
    expect(await code({ action: 'copy', entries: [here], to: 'x'.repeat(22) })).toBe('folder-not-found');
    expect(await code({ action: 'copy', entries: [here], to: here })).toBe('folder-not-found');
    expect(await code({ action: 'erase', entries: [here] })).toBe('invalid-request');
    expect(await code({ action: 'trash', entries: [] })).toBe('invalid-request');
    expect(await code({ action: 'trash', entries: ['../../etc'] })).toBe('invalid-request');
    expect(await code({ action: 'trash', entries: Array.from({ length: 1001 }, () => here) })).toBe('invalid-request');
    expect([await total(space), await total(other)]).toEqual([1, 1]);
  });
});

describe('a copy', () => {
  it('of a large folder counts in full, shares its bytes, and outlives what it was copied from', async () => {
    const source = await big();
    const stored = product.blobs.length;
    const operation = await ended({ action: 'copy', entries: [source.id], to: other });
    expect(operation).toMatchObject({ state: 'done', total: MANY + 2, done: MANY + 2, failed: 0 });
    const [copy] = await list(other);
    expect(copy?.name).toBe(source.name);
    expect(await total(copy?.id ?? '')).toBe(MANY / 2 + 1);
    expect([await used(space), await used(other)]).toEqual([MANY * 10, MANY * 10]);
    expect(product.blobs).toHaveLength(stored);
    const removed = await maria.send(`/api/entries/${source.id}?permanent=true`, { method: 'DELETE' });
    expect(removed.status).toBe(202);
    const { id } = removed.as(operationSchema);
    await until('it is gone', async () => (await look(id)).state === 'done', 60_000);
    expect([await total(space), await trashOf(space), await used(space)]).toEqual([0, [], 0]);
    const first = (await list(copy?.id ?? '')).find(({ kind }) => kind === 'file');
    expect((await maria.send(`/api/files/${first?.id}/content`)).body).toEqual(BYTES);
    expect(await ended({ action: 'purge', entries: [copy?.id ?? ''] })).toMatchObject({ done: MANY + 2, failed: 0 });
    expect(await balanced(product)).toEqual([]);
  });

  it('into what is copied ends, with what was there before', async () => {
    const source = await folder(space);
    await file(source.id, 'a');
    const refused = await ended({ action: 'copy', entries: [source.id], to: source.id });
    expect(refused.failures.map(({ code }) => code)).toEqual(['folder-into-itself']);
    expect(await ended({ action: 'copy', entries: [source.id], to: space, conflict: 'rename' })).toMatchObject({
      total: 2,
      failed: 0,
    });
    expect(await names(space)).toEqual([source.name, `${source.name} (1)`]);
  });

  it('is as large as the quota has room for, and says what did not fit', async () => {
    const source = await big(1_000);
    await maria.sendJson('PATCH', `/api/spaces/${other}`, { quota: 2_505 });
    const operation = await ended({ action: 'copy', entries: [source.id], to: other });
    expect(operation).toMatchObject({ state: 'done', done: 1_002, failed: 750 });
    expect(new Set(operation.failures.map(({ code }) => code))).toEqual(new Set(['quota-exceeded']));
    expect(operation.failures).toHaveLength(100);
    expect(await used(other)).toBe(2_500);
  });
});

describe('an operation', () => {
  /** Begins one that takes a while, and waits until it has done something. */
  async function begun(wanted: OperationWish): Promise<Operation> {
    const answer = operate(wanted).catch(() => null);
    let running: Operation | undefined;
    await until('it goes on', async () => {
      const { operations } = (await maria.send('/api/operations')).as(operationListSchema);
      running = operations.find(({ state, done }) => state === 'running' && done > 0);
      return running !== undefined;
    });
    if (running === undefined) throw new Error('It has ended already.');
    void answer;
    return running;
  }

  it('stops when it is told to, and what is done stays done', async () => {
    const source = await big(4 * MANY);
    const { id } = await begun({ action: 'copy', entries: [source.id], to: other });
    await maria.send(`/api/operations/${id}`, { method: 'DELETE' });
    await until('it has stopped', async () => (await look(id)).state === 'cancelled');
    const { done, total: all } = await look(id);
    expect(done).toBeLessThan(all ?? 0);
    const [row] = await query<{ files: string }>(
      product.databaseUrl,
      `SELECT count(*) AS files FROM entries WHERE space_id = '${other}' AND kind = 'file'`,
    );
    expect(await used(other)).toBe(Number(row?.files) * 10);
    // To stop what has ended changes nothing.
    const again = await maria.send(`/api/operations/${id}`, { method: 'DELETE' });
    expect(again.as(operationSchema)).toMatchObject({ state: 'cancelled', done });
  });

  it.each(['copy', 'purge'] as const)(
    'goes on after kill -9 in the middle of a %s, and does nothing twice',
    async (action) => {
      const source = await big(4 * MANY);
      const { id } = await begun({ action, entries: [source.id], ...(action === 'copy' ? { to: other } : {}) });
      await product.kill();
      await product.start();
      await until('it has ended', async () => (await look(id)).state === 'done', 60_000);
      expect(await look(id)).toMatchObject({ total: 4 * MANY + 2, done: 4 * MANY + 2, failed: 0 });
      expect([await used(space), await used(other)]).toEqual(action === 'copy' ? [400_000, 400_000] : [0, 0]);
      expect(await total(action === 'copy' ? other : space)).toBe(action === 'copy' ? 1 : 0);
      expect(await balanced(product)).toEqual([]);
    },
  );

  it('beside another one on the same entries leaves every entry in one place', async () => {
    const [first, second] = [await folder(space), await folder(space)];
    const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => file(space, `race ${index}`)));
    await Promise.all([
      ended({ action: 'move', entries: ids, to: first.id }),
      ended({ action: 'move', entries: ids, to: second.id }),
      ended({ action: 'trash', entries: ids }),
      ended({ action: 'purge', entries: ids.slice(0, 10) }),
    ]);
    const there = [...(await list(first.id)), ...(await list(second.id)), ...(await trashOf(space))].map(
      ({ id }) => id,
    );
    expect(new Set(there).size).toBe(there.length);
    expect(await used(space)).toBe(there.length * 10);
    expect(ids.slice(10).every((id) => there.includes(id))).toBe(true);
  });
});

describe('the trash', () => {
  it('is emptied of what is in it, folders with all they have', async () => {
    const [gone, kept] = [await big(600), await folder(space)];
    await ended({ action: 'trash', entries: [gone.id, await file(kept.id)] });
    const answer = await maria.send(`/api/spaces/${space}/trash`, { method: 'DELETE' });
    expect(answer.status).toBe(202);
    await until('it is empty', async () => (await trashOf(space)).length === 0);
    await until('the quota has it back', async () => (await used(space)) === 0);
    expect(await names(space)).toEqual([kept.name]);
    expect(await balanced(product)).toEqual([]);
  });

  it('of a space that never was is not there to be emptied, not even for admins', async () => {
    const answer = await maria.send(`/api/spaces/${'A'.repeat(22)}/trash`, { method: 'DELETE' });
    expect([answer.status, answer.problem.code]).toEqual([404, 'space-not-found']);
  });

  it('is emptied of what is in it for longer than the settings have it', async () => {
    const [old, young] = [await file(space, 'old'), await file(space, 'young')];
    await ended({ action: 'trash', entries: [old, young] });
    await query(product.databaseUrl, `UPDATE entries SET trashed_at = now() - interval '31 days' WHERE id = '${old}'`);
    // Jobs run soon after a start.
    await product.stop();
    await product.start();
    await until('the old one is gone', async () => (await trashOf(space)).length === 1, 60_000);
    expect((await trashOf(space)).map(({ name }) => name)).toEqual(['young']);
    expect(await used(space)).toBe(10);
  });
});

describe('whoever', () => {
  let guest: Somebody;
  beforeAll(async () => {
    guest = await somebody(product, maria, 'Gast', 'member');
  });

  it('is no member sees nothing of it, and a viewer copies only to where they may write', async () => {
    const here = await file(space);
    const [asked] = [await operate({ action: 'copy', entries: [here], to: other }, guest.visitor)];
    expect(asked.problem.code).toBe('entry-not-found');
    await setRole(maria, space, guest, 'viewer');
    expect((await operate({ action: 'trash', entries: [here] }, guest.visitor)).problem.code).toBe('not-permitted');
    const own = (await ownSpace(guest.visitor)).id;
    const copied = await operate({ action: 'copy', entries: [here], to: own }, guest.visitor);
    const { id } = copied.as(operationSchema);
    expect(await used(own)).toBe(10);
    // Admins see all, others their own.
    expect((await maria.send(`/api/operations/${id}`)).status).toBe(200);
    const mine = (await operate({ action: 'trash', entries: [here] })).as(operationSchema);
    expect((await guest.visitor.send(`/api/operations/${mine.id}`)).problem.code).toBe('operation-not-found');
    expect((await guest.visitor.send(`/api/operations/${mine.id}`, { method: 'DELETE' })).status).toBe(404);
    const { operations } = (await guest.visitor.send('/api/operations')).as(operationListSchema);
    expect(operations.map((operation) => operation.id)).toEqual([id]);
  });
});
