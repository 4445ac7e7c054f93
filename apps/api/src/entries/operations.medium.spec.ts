import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Operation, OperationAction } from '@stowage/contract';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { operationsOf, wanted, type Operations } from '../../test/operations.js';
import { makeFile, makeFolder, makeSpace, nodeOf, pathsIn, placeOf } from '../../test/trees.js';
import type { Wanted } from './operation-ledger.js';
import { putIntoTrash } from './trashing.js';

/* Real: PostgreSQL, and what carries operations out, sometimes in two processes; the bytes of files are rows only. */

const BYTES = 7;

let home: Home;
let engine: Engine;
let here: Operations;
let space: string;
let other: string;
let made = 0;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
});
beforeEach(async () => {
  here = operationsOf(engine);
  space = await makeSpace(engine.database, `space ${++made}`);
  other = await makeSpace(engine.database, `space ${++made}`);
});
afterEach(async () => {
  await here.runner.beforeApplicationShutdown();
  expect(await drift()).toEqual([]);
});
afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

/** Spaces whose figure is not what their files have together. */
function drift(): Promise<unknown[]> {
  return engine.database.query(
    `SELECT s.name, s.used_bytes, e.bytes FROM spaces s CROSS JOIN LATERAL (
       SELECT coalesce(sum(size), 0) AS bytes FROM entries WHERE space_id = s.id) e WHERE s.used_bytes <> e.bytes`,
  );
}

async function count(spaceId: string, kind: 'folder' | 'file'): Promise<number> {
  const [row] = await engine.database.query<[{ count: number }]>(
    `SELECT count(*)::integer AS count FROM entries WHERE space_id = $1 AND kind = $2`,
    [spaceId, kind],
  );
  return row.count;
}

/** A folder with so many files of one content, in folders of a hundred. */
async function tree(files: number): Promise<string> {
  const root = await makeFolder(engine.database, space, `tree ${++made}`);
  for (let box = 0; box * 100 < files; box++) {
    const folder = await makeFolder(engine.database, root, `box ${box}`);
    const first = await makeFile(engine.database, folder, 'first', BYTES);
    await engine.database.query(
      `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key, media_type, blob_id, size)
       SELECT md5($1 || n), e.space_id, e.parent_id, 'file', 'file ' || n, 'file ' || n, 'file ' || n, e.media_type,
         e.blob_id, e.size FROM entries e, generate_series(1, $2::integer) n WHERE e.id = $1`,
      [first, Math.min(100, files - box * 100) - 1],
    );
  }
  await engine.database.query(
    `UPDATE spaces s SET used_bytes = (SELECT coalesce(sum(size), 0) FROM entries WHERE space_id = s.id)`,
  );
  return root;
}

function add(action: OperationAction, more: Partial<Wanted>): Promise<string> {
  return here.ledger.add(wanted(action, space, more));
}

async function look(id: string): Promise<Operation> {
  const found = await here.ledger.find(id);
  if (found === null) throw new Error('There is no such operation.');
  return found.operation;
}

async function operate(action: OperationAction, more: Partial<Wanted>): Promise<Operation> {
  const id = await add(action, more);
  await here.runner.start(id);
  return look(id);
}

/** Does something when the operations of this process have made so many steps. */
function afterSteps(steps: number, work: () => void): void {
  const real = here.steps.next.bind(here.steps);
  let made = 0;
  jest.spyOn(here.steps, 'next').mockImplementation(async (...args) => {
    const step = await real(...args);
    if (++made === steps) work();
    return step;
  });
}

const into = (spaceId: string) => ({ to: { id: spaceId, spaceId } });

describe('the quota', () => {
  it('is exact through copy, trash, restore and removal', async () => {
    const source = await tree(1_200);
    expect(await operate('copy', { entries: [source], ...into(other) })).toMatchObject({ total: 1_213, failed: 0 });
    expect(await drift()).toEqual([]);
    for (const action of ['trash', 'restore', 'trash'] as const) {
      expect(await operate(action, { entries: [source] })).toMatchObject({ done: 1, failed: 0 });
      expect(await drift()).toEqual([]);
    }
    expect(await operate('purge', { entries: null })).toMatchObject({ done: 1_213, failed: 0 });
    expect([await count(space, 'file'), await count(other, 'file')]).toEqual([0, 1_200]);
  });

  it('is exact when a copy stops in the middle, by cancel or because there is no room', async () => {
    const source = await tree(5_000);
    const id = await add('copy', { entries: [source], ...into(other) });
    afterSteps(3, () => void here.ledger.requestCancel(id));
    await here.runner.start(id);
    const { state, done, total } = await look(id);
    expect([state, total]).toEqual(['cancelled', 5_051]);
    expect(done).toBeLessThan(5_051);
    // The files, the folders in it, and the folder itself.
    expect((await count(other, 'file')) + (await count(other, 'folder'))).toBe(done);
    expect(await drift()).toEqual([]);
    const small = await makeSpace(engine.database, `space ${++made}`);
    await engine.quota.set(engine.database.manager, small, 150 * BYTES + 1);
    const part = await tree(200);
    expect(await operate('copy', { entries: [part], ...into(small) })).toMatchObject({ state: 'done', failed: 50 });
    expect(await count(small, 'file')).toBe(150);
  });

  it('goes along with a folder into another space, and stays when there is no room for it there', async () => {
    const source = await tree(300);
    expect(await operate('move', { entries: [source], ...into(other) })).toMatchObject({ failed: 0 });
    expect([await count(space, 'file'), await count(other, 'file')]).toEqual([0, 300]);
    const small = await makeSpace(engine.database, `space ${++made}`);
    await engine.quota.set(engine.database.manager, small, 299 * BYTES);
    const back = await here.ledger.add(wanted('move', other, { entries: [source], ...into(small) }));
    await here.runner.start(back);
    expect((await look(back)).failures).toMatchObject([{ code: 'quota-exceeded' }]);
    expect([await count(other, 'file'), await count(small, 'file')]).toEqual([300, 0]);
  });
});

describe('many entries of one row each', () => {
  it('move together, and the ones that cannot stay and are named', async () => {
    const [from, to] = [
      await makeFolder(engine.database, space, 'from'),
      await makeFolder(engine.database, space, 'to'),
    ];
    const ids: string[] = [];
    for (let index = 0; index < 120; index++) ids.push(await makeFile(engine.database, from, `file ${index}`));
    for (const index of [3, 77]) await makeFile(engine.database, to, `file ${index}`);
    const operation = await operate('move', { entries: [...ids, 'gone'], to: { id: to, spaceId: space } });
    expect(operation).toMatchObject({ state: 'done', total: 121, done: 121, failed: 3 });
    expect(operation.failures.map(({ code }) => code)).toEqual(['name-taken', 'name-taken', 'entry-not-found']);
    expect((await pathsIn(engine.database, space)).filter((path) => path.startsWith('from/')).sort()).toEqual([
      ...['from/', 'from/file 3', 'from/file 77'],
    ]);
  });

  it('are taken one by one after a fault', async () => {
    const ids = [await makeFile(engine.database, space, 'a'), await makeFile(engine.database, space, 'b')];
    const next = jest.spyOn(here.steps, 'next').mockRejectedValueOnce(new Error('a fault'));
    expect(await operate('trash', { entries: ids })).toMatchObject({ state: 'done', done: 2, failed: 0 });
    expect(next.mock.calls.map(([, , careful]) => careful).slice(0, 3)).toEqual([false, true, false]);
  });
});

describe('an operation', () => {
  it.each(['copy', 'purge', 'move'] as const)(
    'that a stop has left in the middle of a %s goes on with the next start, and does nothing twice',
    async (action) => {
      const source = await tree(2_500);
      const ids = (
        await engine.database.query<{ id: string }[]>(`SELECT id FROM entries WHERE parent_id = $1`, [source])
      ).map(({ id }) => id);
      const files = action === 'move' ? ids : [source];
      const id = await add(action, { entries: files, ...(action === 'purge' ? {} : into(other)) });
      afterSteps(3, () => void here.runner.beforeApplicationShutdown());
      await here.runner.start(id);
      expect((await look(id)).state).toBe('running');
      expect(await drift()).toEqual([]);

      here = operationsOf(engine);
      await here.runner.onApplicationBootstrap();
      await here.runner.start(id);
      const total = action === 'move' ? 25 : 2_526;
      expect(await look(id)).toMatchObject({ state: 'done', total, done: total, failed: 0 });
      expect([await count(space, 'file'), await count(other, 'file')]).toEqual(
        { copy: [2_500, 2_500], purge: [0, 0], move: [0, 2_500] }[action],
      );
    },
  );

  it('that two processes carry out is done once', async () => {
    const source = await tree(2_000);
    const second = operationsOf(engine);
    for (const [action, more] of [
      ['copy', into(other)],
      ['purge', {}],
    ] as const) {
      const id = await add(action, { entries: [source], ...more });
      await Promise.all([here.runner.start(id), second.runner.start(id)]);
      expect(await look(id)).toMatchObject({ state: 'done', total: 2_021, done: 2_021, failed: 0 });
    }
    await second.runner.beforeApplicationShutdown();
    expect([await count(space, 'file'), await count(other, 'file')]).toEqual([0, 2_000]);
  });

  it('beside others on the same tree, in two processes, loses and doubles nothing', async () => {
    const source = await tree(1_500);
    const [box] = await engine.database.query<{ id: string }[]>(
      `SELECT id FROM entries WHERE parent_id = $1 ORDER BY name LIMIT 1`,
      [source],
    );
    const second = operationsOf(engine);
    const asked: [Operations, OperationAction, Partial<Wanted>][] = [
      [here, 'copy', { entries: [source], ...into(other) }],
      [second, 'move', { entries: [box?.id ?? ''], to: { id: space, spaceId: space } }],
      [here, 'trash', { entries: [source] }],
      [second, 'restore', { entries: [source] }],
      [here, 'purge', { entries: [source] }],
    ];
    const ids = await Promise.all(
      asked.map(async ([{ runner }, action, more]) => {
        const id = await add(action, more);
        await runner.start(id);
        return id;
      }),
    );
    await second.runner.beforeApplicationShutdown();
    for (const id of ids) expect((await look(id)).state).toBe('done');
    // Copied was what was there at the moment; nothing of the source is anywhere but where it was moved to.
    expect([0, 100]).toContain(await count(space, 'file'));
    const names = await engine.database.query<unknown[]>(
      `SELECT folder_id, name_key FROM entries WHERE folder_id IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1`,
    );
    expect(names).toEqual([]);
  });
});

describe('a removal for good', () => {
  it('does all but what an upload has claimed, wherever that is, and the rest when the claim is over', async () => {
    const source = await tree(250);
    const deep = await makeFolder(engine.database, source, 'a/b/c/d');
    const claim = { spaceId: space, folderId: deep, folders: [], name: 'claimed' };
    await engine.database.transaction((manager) =>
      engine.entries.claim(manager, claim, `upload ${made}`, 'text/plain'),
    );
    const id = await add('purge', { entries: [source] });
    const going = here.runner.start(id);
    // The line of folders above the claim stays, and nothing else.
    while ((await count(space, 'folder')) > 5 || (await count(space, 'file')) > 1);
    expect(await look(id)).toMatchObject({ state: 'running', done: 250 + 3 });
    await engine.database.transaction((manager) => engine.entries.unclaim(manager, `upload ${made}`));
    await going;
    expect(await look(id)).toMatchObject({ state: 'done', total: 258, done: 258 });
    expect([await count(space, 'folder'), await count(space, 'file')]).toEqual([0, 0]);
  });

  it('of what was in the trash for long enough goes through all spaces, and leaves the rest', async () => {
    const [old, young] = [await tree(130), await tree(20)];
    const elsewhere = await makeFile(engine.database, other, 'old', BYTES);
    for (const id of [old, young, elsewhere])
      await engine.database.transaction((manager) => putIntoTrash(manager, id, null));
    await engine.database.query(`UPDATE entries SET trashed_at = now() - interval '31 days' WHERE id = ANY($1)`, [
      [old, elsewhere],
    ]);
    await here.retention.run(new AbortController().signal);
    expect([await count(space, 'file'), await count(other, 'file')]).toEqual([20, 0]);
    const to = await placeOf(engine.database, space);
    const node = await nodeOf(engine.database, young);
    const put = { to, name: node.name, conflict: 'reject', by: null } as const;
    await engine.database.transaction((manager) => engine.tree.restore(manager, node, put));
    expect(await pathsIn(engine.database, space)).toHaveLength(22);
  });
});
