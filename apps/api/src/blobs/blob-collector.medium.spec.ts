import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { bytesOf, readAll, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError } from '../../test/file-handles.js';
import { clientFile, send, until } from '../../test/sending.js';
import { newId } from '../platform/database/ids.js';

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
});

beforeEach(async () => {
  engine = await startEngine(home, 20);
  await engine.clear();
  await engine.database.query('DELETE FROM holds');
});

afterEach(() => engine.stop());

afterAll(() => removeHome(home));

const pass = () => engine.collector.pass(new AbortController().signal);

async function stored(bytes: Buffer): Promise<string> {
  const { file } = await send(engine, clientFile({ bytes, chunkSize: bytes.length }));
  if (file === undefined) throw new Error('The file is not complete.');
  return file.id;
}

async function blobPath(fileId: string): Promise<string> {
  const found = await engine.files.find(fileId);
  if (found === null) throw new Error('The file is not there.');
  return engine.storage.layout.blob(found.blob).file;
}

/** Digest of a file's bytes as they are on the disk. */
async function onDisk(fileId: string): Promise<string> {
  const found = await engine.files.find(fileId);
  if (found === null) throw new Error('The file is not there.');
  return sha256Of(await readAll(await engine.storage.store.read(found.blob, { start: 0, end: found.file.size })));
}

async function states(): Promise<string[]> {
  const rows = await engine.database.query<{ state: string }[]>('SELECT state FROM blobs');
  return rows.map(({ state }) => state);
}

const IDLE = `FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;

async function busyTransactions(): Promise<number> {
  return (await engine.database.query<unknown[]>(`SELECT 1 ${IDLE}`)).length;
}

/** Removals that have taken their row, and do nothing more just now. */
async function waitingRemovals(): Promise<number> {
  return (await engine.database.query<unknown[]>(`SELECT 1 ${IDLE} AND query LIKE 'DELETE FROM blobs%'`)).length;
}

/** Ends the connections of transactions whose process does something else just now. */
async function endIdleTransactions(): Promise<void> {
  await engine.database.query(`SELECT pg_terminate_backend(pid, 5000) ${IDLE}`);
}

/** Lets somebody hold all bytes for a time. */
async function hold(interval = '10 minutes'): Promise<string> {
  const id = newId();
  await engine.database.query(`INSERT INTO holds VALUES ($1, 'test', clock_timestamp() + $2::interval)`, [
    id,
    interval,
  ]);
  return id;
}

describe('bytes that somebody holds', () => {
  it('stay, condemned, until the hold ends', async () => {
    const fileId = await stored(bytesOf(100));
    const path = await blobPath(fileId);
    const id = await hold();
    expect(await engine.remover.delete(fileId)).toBe(true);
    await pass();
    expect([existsSync(path), await states()]).toEqual([true, ['condemned']]);
    await engine.database.query('DELETE FROM holds WHERE id = $1', [id]);
    // The removal that the delete has asked for may be at it just now.
    await until(async () => (await pass(), await states()).length === 0);
    expect(existsSync(path)).toBe(false);
  });

  it('stay as long as any of several holds lasts, and no longer than the longest', async () => {
    const fileId = await stored(bytesOf(100));
    const [, longest] = [await hold('-1 second'), await hold()];
    await engine.remover.delete(fileId);
    await pass();
    expect(await states()).toEqual(['condemned']);
    await engine.database.query(`UPDATE holds SET until = clock_timestamp() WHERE id = $1`, [longest]);
    await pass();
    expect(await states()).toEqual([]);
  });

  it('are not removed while a hold is just being taken: the removal waits, and sees it', async () => {
    const fileId = await stored(bytesOf(100));
    const path = await blobPath(fileId);
    const taking = engine.database.createQueryRunner();
    await taking.startTransaction();
    await taking.query(`INSERT INTO holds VALUES ('h', 'test', now() + interval '1 hour')`);
    await engine.remover.delete(fileId);
    await until(async () => {
      const waiting: unknown[] = await engine.database.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'holds'::regclass`,
      );
      return waiting.length > 0;
    });
    expect(existsSync(path)).toBe(true);
    await taking.commitTransaction();
    await taking.release();
    await pass();
    expect([existsSync(path), await states()]).toEqual([true, ['condemned']]);
  });

  it('are not removed after a hold was taken, which waits for the removal that is going on', async () => {
    const fileId = await stored(bytesOf(100));
    const path = await blobPath(fileId);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let removing = false;
    engine.store.before = (call) => {
      if (call !== 'delete') return undefined;
      removing = true;
      return gate;
    };
    await engine.remover.delete(fileId);
    await until(() => removing);
    let held = false;
    const taking = hold().then(() => (held = true));
    await until(async () => {
      const waiting: unknown[] = await engine.database.query(
        `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'holds'::regclass`,
      );
      return waiting.length > 0;
    });
    expect([held, existsSync(path)]).toEqual([false, true]);
    go();
    await taking;
    expect(existsSync(path)).toBe(false);
  });
});

describe('a condemned blob', () => {
  it('lives again with the next file of its content, bytes and all', async () => {
    const bytes = bytesOf(100);
    const fileId = await stored(bytes);
    await hold();
    await engine.remover.delete(fileId);
    const next = await stored(bytes);
    expect(await states()).toEqual(['live']);
    await engine.database.query('DELETE FROM holds');
    await pass();
    expect(await onDisk(next)).toBe(sha256Of(bytes));
  });

  it('lives again, bytes and all, when the connection of its removal broke in the middle of the unlink', async () => {
    const bytes = bytesOf(100);
    const first = await stored(bytes);
    let unlink: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (unlink = resolve));
    engine.store.before = (call) => (call === 'delete' ? held : undefined);
    await engine.remover.delete(first);
    await until(() => engine.store.calls.includes('delete'));
    await endIdleTransactions();
    const second = send(engine, clientFile({ bytes, chunkSize: bytes.length }), 0, { waitMs: 20_000 });
    // It has the row, whose lock the removal has lost.
    await until(async () => (await engine.ledger.inState('completing')).length > 0);
    await until(async () => (await busyTransactions()) > 0);
    unlink();
    const { file } = await second;
    expect(await onDisk(file?.id ?? '')).toBe(sha256Of(bytes));
  });

  it('stays when the connection of its removal has broken before the unlink', async () => {
    const bytes = bytesOf(100);
    const first = await stored(bytes);
    const found = await engine.files.find(first);
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    if (found === null) throw new Error('The file is not there.');
    const atIt = engine.names.inTurn(found.blob, () => held);
    await engine.remover.delete(first);
    // Any other pause of a transaction may be over before it is ended.
    await until(async () => (await waitingRemovals()) > 0);
    await endIdleTransactions();
    letGo();
    await atIt;
    await engine.collector.beforeApplicationShutdown();
    expect(engine.store.calls).not.toContain('delete');
    expect(await states()).toEqual(['condemned']);
  });

  it('keeps no other from being removed when its own bytes cannot be', async () => {
    const ids = [await stored(bytesOf(100)), await stored(bytesOf(101)), await stored(bytesOf(102))];
    const held = await hold();
    for (const id of ids) await engine.remover.delete(id);
    // Only passes from here on.
    await engine.collector.beforeApplicationShutdown();
    await engine.database.query('DELETE FROM holds WHERE id = $1', [held]);
    let calls = 0;
    engine.store.before = (call) => {
      if (call === 'delete' && ++calls === 1) throw systemError('EIO', 'unlink');
    };
    await pass();
    expect(await states()).toEqual(['condemned']);
    await pass();
    expect(await states()).toEqual([]);
  });

  it('stays when the volume is not the one that it is on', async () => {
    const fileId = await stored(bytesOf(100));
    engine.store.before = (call) => {
      if (call === 'delete') throw systemError('ESTALE', 'unlink');
    };
    await engine.remover.delete(fileId);
    await pass();
    expect(await states()).toEqual(['condemned']);
  });
});

describe('a blob that lost its file without being condemned', () => {
  it('is found and removed', async () => {
    const fileId = await stored(bytesOf(100));
    const path = await blobPath(fileId);
    await engine.database.query('DELETE FROM entries WHERE id = $1', [fileId]);
    engine.remover.onModuleInit();
    await engine.jobs.onApplicationBootstrap();
    await until(() => !existsSync(path));
    await engine.jobs.beforeApplicationShutdown();
  });
});

describe('deletes, new files of the same content, and passes at the same time', () => {
  it('leave every file its bytes and every other blob nothing, in 200 pairs', async () => {
    const contents = [bytesOf(500), bytesOf(600), bytesOf(700), bytesOf(800)];
    let files = await Promise.all(contents.map(stored));
    const abort = new AbortController();
    const passes = (async () => {
      while (!abort.signal.aborted) await pass();
    })();
    for (let round = 0; round < 50; round++) {
      const results = await Promise.all(
        contents.flatMap((bytes, index) => [
          // Each of the two begins first half of the time.
          ...(round % 2 === 0 ? [stored(bytes)] : []),
          engine.remover.delete(files[index] ?? '').then(() => null),
          ...(round % 2 === 1 ? [stored(bytes)] : []),
        ]),
      );
      files = results.filter((result) => result !== null);
      expect(await Promise.all(files.map(onDisk))).toEqual(contents.map(sha256Of));
    }
    for (const id of files) await engine.remover.delete(id);
    await until(async () => (await states()).length === 0);
    abort.abort();
    await passes;
    for (const bytes of contents) {
      const [row] = await engine.database.query<{ id: string }[]>('SELECT id FROM spaces');
      expect(await engine.storage.store.size({ spaceId: row?.id ?? '', sha256: sha256Of(bytes) })).toBeNull();
    }
    expect(engine.log.filter(({ level }) => level === 'error')).toEqual([]);
  }, 120_000);
});
