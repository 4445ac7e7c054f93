import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { bytesOf, readAll, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError } from '../../test/file-handles.js';
import { clientFile, send, until } from '../../test/sending.js';
import type { StoreCall } from '../../test/watched-store.js';
import { newId } from '../platform/database/ids.js';

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
});

beforeEach(async () => {
  engine = await startEngine(home, 20);
  await engine.clear();
});

afterEach(() => engine.stop());

afterAll(() => removeHome(home));

/** Uploads a file in one chunk and returns its id. */
async function stored(bytes: Buffer, path = ''): Promise<string> {
  const { file } = await send(engine, clientFile({ bytes, chunkSize: bytes.length, path }));
  if (file === undefined) throw new Error('The file is not complete.');
  return file.id;
}

/** Digest of a file's bytes as they are on the disk. */
async function onDisk(fileId: string): Promise<string> {
  const found = await engine.files.find(fileId);
  if (found === null) throw new Error('The file is not there.');
  return sha256Of(await readAll(await engine.storage.store.read(found.blob, { start: 0, end: found.file.size })));
}

async function blobPath(fileId: string): Promise<string> {
  const found = await engine.files.find(fileId);
  if (found === null) throw new Error('The file is not there.');
  return engine.storage.layout.blob(found.blob).file;
}

async function blobRows(): Promise<number> {
  const [row] = await engine.database.query<{ count: string }[]>('SELECT count(*) FROM blobs');
  return Number(row?.count);
}

/** True while a statement waits for a lock that another transaction holds. */
async function aTransactionWaits(): Promise<boolean> {
  const waiting: unknown[] = await engine.database.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return waiting.length > 0;
}

describe('deleting a file', () => {
  it('waits for whoever puts another in its place, and neither waits for the other', async () => {
    const id = await stored(bytesOf(50));
    const deleting = await engine.database.transaction(async (manager) => {
      await manager.query(`SELECT 1 FROM blobs WHERE id = (SELECT blob_id FROM entries WHERE id = $1) FOR UPDATE`, [
        id,
      ]);
      const work = engine.remover.delete(id);
      await until(aTransactionWaits);
      await manager.query(`DELETE FROM entries WHERE id = $1`, [id]);
      return { work };
    });
    expect(await deleting.work).toBe(false);
  });

  it('removes it and its bytes, and leaves its folders', async () => {
    const id = await stored(bytesOf(100), 'a/b');
    const path = await blobPath(id);
    expect(await engine.remover.delete(id)).toBe(true);
    expect(await engine.files.find(id)).toBeNull();
    await until(async () => (await blobRows()) === 0);
    expect(existsSync(path)).toBe(false);
    expect(await engine.database.query(`SELECT 1 FROM entries WHERE kind = 'file'`)).toEqual([]);
    expect(await engine.database.query('SELECT 1 FROM entries')).toHaveLength(2);
  });

  it('is done once, however many ask at a time', async () => {
    const id = await stored(bytesOf(100));
    const answers = await Promise.all(Array.from({ length: 10 }, () => engine.remover.delete(id)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('is not done for what is no file', async () => {
    expect(await engine.remover.delete(newId())).toBe(false);
  });

  it('keeps the bytes while another file has the same', async () => {
    const bytes = bytesOf(100);
    const [first, second] = [await stored(bytes), await stored(bytes)];
    await engine.remover.delete(first);
    expect(await onDisk(second)).toBe(sha256Of(bytes));
    const path = await blobPath(second);
    await engine.remover.delete(second);
    await until(() => !existsSync(path));
  });
});

describe('deleting the last file of a content while another of it completes', () => {
  it('never takes the bytes from the new file, round after round', async () => {
    const bytes = bytesOf(1_000);
    let last = await stored(bytes);
    for (let round = 0; round < 30; round++) {
      const [deleted, next] = await Promise.all([engine.remover.delete(last), stored(bytes)]);
      expect(deleted).toBe(true);
      expect(await onDisk(next)).toBe(sha256Of(bytes));
      expect(await blobRows()).toBe(1);
      last = next;
    }
  });

  it.each<[string, StoreCall, string]>([
    ['the delete waits for a completion that has found the bytes', 'size', 'delete'],
    ['the completion waits for a delete that is removing them', 'delete', 'completion'],
  ])('never takes them when %s', async (_, call, waits) => {
    const bytes = bytesOf(1_000);
    const last = await stored(bytes);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let reached: () => void = () => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    engine.store.before = (made) => {
      if (made !== call) return undefined;
      reached();
      return gate;
    };
    const start = { delete: () => engine.remover.delete(last), completion: () => stored(bytes) };
    // The bytes go after the answer to the delete: what waits for them is the completion.
    const first = waits === 'delete' ? start.completion() : start.delete();
    await isReached;
    const second = waits === 'delete' ? start.delete() : start.completion();
    await until(aTransactionWaits);
    go();
    const next = (await Promise.all([first, second])).find((answer) => typeof answer === 'string');
    expect(await onDisk(next ?? '')).toBe(sha256Of(bytes));
    expect(await blobRows()).toBe(1);
    // The one sees what the other has committed, rather than running into it.
    expect(engine.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('never takes them with several deletes and several new files at once', async () => {
    const bytes = bytesOf(1_000);
    let all = await Promise.all([stored(bytes), stored(bytes), stored(bytes)]);
    for (let round = 0; round < 10; round++) {
      const [, , , ...next] = await Promise.all([
        ...all.map((id) => engine.remover.delete(id)),
        stored(bytes),
        stored(bytes),
        stored(bytes),
      ]);
      all = next as [string, string, string];
      for (const id of all) expect(await onDisk(id)).toBe(sha256Of(bytes));
      expect(await blobRows()).toBe(1);
    }
    for (const id of all) await engine.remover.delete(id);
    await until(async () => (await blobRows()) === 0);
  });
});

describe('bytes that cannot be removed', () => {
  it('do not keep the file, and go at the next start', async () => {
    const id = await stored(bytesOf(100));
    const path = await blobPath(id);
    engine.store.before = (call) => {
      if (call === 'delete') throw systemError('EIO', 'unlink');
    };
    expect(await engine.remover.delete(id)).toBe(true);
    expect(await engine.files.find(id)).toBeNull();
    await until(() => engine.log.some(({ msg }) => msg === 'bytes of a deleted file could not be removed'));
    expect(existsSync(path)).toBe(true);
    await engine.stop();
    engine = await startEngine(home);
    await engine.boot();
    expect(existsSync(path)).toBe(false);
    expect(await blobRows()).toBe(0);
  });

  it('serve a new file of the same content meanwhile', async () => {
    const bytes = bytesOf(100);
    const id = await stored(bytes);
    engine.store.before = (call) => {
      if (call === 'delete') throw systemError('EIO', 'unlink');
    };
    await engine.remover.delete(id);
    const next = await stored(bytes);
    await engine.stop();
    engine = await startEngine(home);
    await engine.boot();
    expect(await onDisk(next)).toBe(sha256Of(bytes));
  });

  it('are stored again when they were removed and the row was not', async () => {
    const bytes = bytesOf(100);
    const id = await stored(bytes);
    const path = await blobPath(id);
    engine.store.after = (call) => {
      if (call === 'delete') throw systemError('EIO', 'fsync');
    };
    await engine.remover.delete(id);
    await until(() => !existsSync(path));
    await until(() => engine.log.some(({ level }) => level === 'error'));
    expect(await blobRows()).toBe(1);
    engine.store.after = () => undefined;
    expect(await onDisk(await stored(bytes))).toBe(sha256Of(bytes));
  });
});
