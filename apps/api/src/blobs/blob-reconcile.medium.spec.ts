import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstSpace } from '../../test/first-space.js';
import { bytesOf, readAll, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError } from '../../test/file-handles.js';
import { removeFolder } from '../../test/test-storage.js';
import { clientFile, send, until } from '../../test/sending.js';
import { newId } from '../platform/database/ids.js';
import type { BlobKey } from './blob-store.js';

/* Real: PostgreSQL, the disk. */

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
});

beforeEach(async () => {
  engine = await startEngine(home, 20);
  await engine.clear();
  await removeFolder(engine.storage.layout.quarantine);
});

afterEach(() => engine.stop());

afterAll(() => removeHome(home));

const IDLE = `FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
const pass = () => engine.blobReconcile.pass(new AbortController().signal);
const aside = () => readdir(engine.storage.layout.quarantine).catch(() => []);

async function spaceId(): Promise<string> {
  return firstSpace(engine.database);
}

/** Puts bytes where the blob of a key belongs. */
async function orphan(key: BlobKey): Promise<string> {
  const { folders, file } = engine.storage.layout.blob(key);
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await writeFile(file, 'nobody’s');
  return file;
}

async function keys(): Promise<BlobKey[]> {
  const all: BlobKey[] = [];
  for await (const batch of engine.storage.store.keys()) all.push(...batch);
  return all;
}

it('puts bytes aside that no row knows, also those of a space that is gone, and leaves no row behind', async () => {
  for (const space of [await spaceId(), newId()]) await orphan({ spaceId: space, sha256: sha256Of(bytesOf(9)) });
  await pass();
  expect(await keys()).toEqual([]);
  expect(await aside()).toHaveLength(2);
  expect(await engine.database.query(`SELECT 1 FROM blobs`)).toEqual([]);
});

it('puts all others aside when one cannot be moved', async () => {
  for (const size of [9, 10, 11]) await orphan({ spaceId: await spaceId(), sha256: sha256Of(bytesOf(size)) });
  let faults = 1;
  engine.store.before = (call) => {
    if (call === 'setBlobAside' && faults-- > 0) throw systemError('EIO');
  };
  await expect(pass()).rejects.toThrow('1 blobs without a row could not be put aside');
  expect(await aside()).toHaveLength(2);
  await pass();
  expect(await aside()).toHaveLength(3);
});

it('leaves alone what has a row: files, condemned blobs, and what is no blob at all', async () => {
  const kept = await send(engine, clientFile({ bytes: bytesOf(50), chunkSize: 50 }));
  await engine.database.query(
    `INSERT INTO blobs (id, space_id, sha256, size, state, condemned_at) VALUES ($1, $2, $3, 8, 'condemned', now())`,
    [newId(), await spaceId(), 'ab'.repeat(32)],
  );
  await orphan({ spaceId: await spaceId(), sha256: 'ab'.repeat(32) });
  await writeFile(join(engine.storage.layout.blobs, 'notes.txt'), 'an operator’s own');
  await pass();
  expect(await keys()).toHaveLength(2);
  expect(await aside()).toEqual([]);
  expect(kept.file).toBeDefined();
});

it('never takes the bytes of a completion that is just giving them their name', async () => {
  for (let round = 0; round < 20; round++) {
    const bytes = bytesOf(200);
    let linked = (): void => undefined;
    const named = new Promise<void>((resolve) => (linked = resolve));
    engine.store.after = (call) => {
      if (call === 'publish') linked();
    };
    const sending = send(engine, clientFile({ bytes, chunkSize: 200 }));
    await named;
    const [, { file }] = await Promise.all([pass(), sending]);
    const found = await engine.files.find(file?.id ?? '');
    if (found === null) throw new Error('There is no file.');
    const stored = await readAll(await engine.storage.store.read(found.blob, { start: 0, end: 200 }));
    expect(sha256Of(stored)).toBe(sha256Of(bytes));
  }
  expect(await aside()).toEqual([]);
});

it('waits for a completion that has made its row and not committed, and lets one that comes later make its own', async () => {
  const bytes = bytesOf(200);
  const key = { spaceId: await spaceId(), sha256: sha256Of(bytes) };
  await orphan(key);
  let passed = false;
  const [passing] = await engine.database.transaction(async (manager) => {
    await manager.query(`INSERT INTO blobs (id, space_id, sha256, size) VALUES ($1, $2, $3, 200)`, [
      newId(),
      key.spaceId,
      key.sha256,
    ]);
    const work = pass().then(() => (passed = true));
    await until(async () => {
      const rows: unknown[] = await engine.database.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    expect(passed).toBe(false);
    return [work];
  });
  await passing;
  expect(await keys()).toEqual([key]);
  await engine.database.query(`DELETE FROM blobs`);
  await pass();
  expect(await keys()).toEqual([]);
  expect((await send(engine, clientFile({ bytes, chunkSize: 200 }))).complete).toBe(true);
  expect(await keys()).toEqual([key]);
});

it('leaves bytes that became a file after its connection broke in the middle', async () => {
  const bytes = bytesOf(100);
  await orphan({ spaceId: await spaceId(), sha256: sha256Of(bytes) });
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  engine.store.before = (call) => (call === 'setBlobAside' ? held : undefined);
  const passing = pass().catch(() => undefined);
  await until(() => engine.store.calls.includes('setBlobAside'));
  await engine.database.query(`SELECT pg_terminate_backend(pid, 5000) ${IDLE}`);
  const sending = send(engine, clientFile({ bytes, chunkSize: bytes.length }), 0, { waitMs: 20_000 });
  // It waits in its transaction; without that wait it would be complete by now.
  let looks = 0;
  await until(async () => {
    const waiting = await engine.database.query<unknown[]>(`SELECT 1 ${IDLE}`);
    looks = waiting.length > 0 ? looks + 1 : 0;
    return looks > 20 || (await engine.ledger.inState('complete')).length > 0;
  });
  goOn();
  await passing;
  const found = await engine.files.find((await sending).file?.id ?? '');
  if (found === null) throw new Error('The file is not there.');
  expect(await readAll(await engine.storage.store.read(found.blob, { start: 0, end: 100 }))).toEqual(bytes);
});
