import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { open, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { bytesOf, readAll, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError } from '../../test/file-handles.js';
import { clientFile, send, until } from '../../test/sending.js';
import { ProblemError } from '../platform/http/problem-error.js';

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
});

beforeEach(async () => {
  engine = await startEngine(home);
  await engine.clear();
});

afterEach(() => engine.stop());

afterAll(() => removeHome(home));

const run = () => engine.scrub.run(new AbortController().signal);

async function stored(bytes: Buffer): Promise<string> {
  const { file } = await send(engine, clientFile({ bytes, chunkSize: bytes.length }));
  if (file === undefined) throw new Error('The file is not complete.');
  return file.id;
}

async function found(fileId: string) {
  const it = await engine.files.find(fileId);
  if (it === null) throw new Error('The file is not there.');
  return it;
}

const blobPath = async (fileId: string) => engine.storage.layout.blob((await found(fileId)).blob).file;

/** Lets time pass since all blobs were looked at. */
async function age(interval: string): Promise<void> {
  await engine.database.query('UPDATE blobs SET verified_at = now() - $1::interval', [interval]);
}

/** Seconds since each blob was looked at, oldest first. */
async function ages(): Promise<number[]> {
  const rows = await engine.database.query<{ age: string }[]>(
    'SELECT extract(epoch FROM now() - verified_at) AS age FROM blobs ORDER BY 1 DESC',
  );
  return rows.map((row) => Number(row.age));
}

async function damages(): Promise<(string | null)[]> {
  const rows = await engine.database.query<{ damage: string | null }[]>('SELECT damage FROM blobs ORDER BY created_at');
  return rows.map(({ damage }) => damage);
}

/** Changes one bit, as a disk does in time. */
async function flip(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at);
  await file.close();
}

describe('a scrub', () => {
  it('reads every blob that is due and no other, and finds whole ones whole', async () => {
    for (const size of [1, 1_000, 3_000_000]) await stored(bytesOf(size));
    await age('20 days');
    await stored(bytesOf(500));
    await run();
    expect(engine.scrub.counts).toEqual({ blobs: 3, bytes: 3_001_001, damaged: 0 });
    expect((await ages()).every((seconds) => seconds < 60)).toBe(true);
    await run();
    expect(engine.scrub.counts.blobs).toBe(3);
    expect(await damages()).toEqual([null, null, null, null]);
  });

  it('finds an empty file whole', async () => {
    await send(engine, clientFile({ bytes: Buffer.alloc(0) }));
    await age('20 days');
    await run();
    expect(await damages()).toEqual([null]);
  });

  it.each<[string, string, (path: string) => Promise<void>]>([
    ['a flipped bit', 'different', (path) => flip(path, 4_567)],
    ['a missing end', 'size', (path) => truncate(path, 9_999)],
    ['too much', 'size', (path) => writeFile(path, 'x', { flag: 'a' })],
    ['nothing at all', 'missing', (path) => rm(path)],
  ])('marks %s, says so, and removes nothing', async (_, damage, harm) => {
    const id = await stored(bytesOf(10_000));
    await stored(bytesOf(10_001));
    const path = await blobPath(id);
    await harm(path);
    const left = existsSync(path) ? (await stat(path)).size : null;
    await age('20 days');
    await run();
    expect(await damages()).toEqual([damage, null]);
    expect((await found(id)).file.damaged).toBe(true);
    expect(existsSync(path) ? (await stat(path)).size : null).toBe(left);
    expect(engine.log.filter(({ msg }) => msg === 'stored bytes are damaged')).toEqual([
      expect.objectContaining({ level: 'error', damage }),
    ]);
    expect(engine.scrub.counts.damaged).toBe(1);
  });

  it('marks what the disk cannot read', async () => {
    await stored(bytesOf(100));
    await age('20 days');
    engine.store.before = (call) => {
      if (call === 'hash') throw new ProblemError('file-unreadable', '', { cause: systemError('EIO', 'read') });
    };
    await run();
    expect(await damages()).toEqual(['unreadable']);
  });

  it('marks what cannot be opened, and reads on', async () => {
    const bytes = bytesOf(100);
    const id = await stored(bytes);
    await stored(bytesOf(101));
    await age('20 days');
    const path = await blobPath(id);
    // No link is followed, though what it points to is right.
    await rename(path, `${path}.moved`);
    await symlink(`${path}.moved`, path);
    await run();
    expect(await damages()).toEqual(['unreadable', null]);
    expect(engine.scrub.counts.blobs).toBe(2);
  });

  it('takes nothing for damaged while the volume is away', async () => {
    const ids = [await stored(bytesOf(100)), await stored(bytesOf(101))];
    await age('20 days');
    const { blobs } = engine.storage.layout;
    await rename(blobs, `${blobs}.away`);
    await expect(run()).rejects.toMatchObject({ code: 'storage-failed' });
    await rename(`${blobs}.away`, blobs);
    expect(await damages()).toEqual([null, null]);
    await run();
    expect(await Promise.all(ids.map(async (id) => (await found(id)).file.damaged))).toEqual([undefined, undefined]);
  });

  it('finds damaged bytes whole that were put back, the day after', async () => {
    const id = await stored(bytesOf(10_000));
    const path = await blobPath(id);
    await flip(path, 0);
    await age('20 days');
    await run();
    await flip(path, 0);
    await age('2 days');
    await run();
    expect(await damages()).toEqual([null]);
    expect(engine.log).toContainEqual(expect.objectContaining({ msg: 'damaged bytes are whole again' }));
  });

  it('reads on in the next run what takes longer than one, and from its start after a stop', async () => {
    await stored(bytesOf(3_000_000));
    await age('20 days');
    const first = new AbortController();
    const running = engine.scrub.run(first.signal);
    await until(() => engine.store.calls.includes('hash'));
    first.abort();
    await running;
    await run();
    expect(engine.store.calls.filter((call) => call === 'hash')).toHaveLength(1);
    expect(engine.scrub.counts.blobs).toBe(1);
    await age('20 days');
    const second = engine.scrub.run(new AbortController().signal);
    await until(() => engine.store.calls.filter((call) => call === 'hash').length === 2);
    await engine.stop();
    await second;
    engine = await startEngine(home);
    await run();
    expect(engine.scrub.counts.blobs).toBe(1);
    expect(engine.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is not led astray by a delete or a new file meanwhile', async () => {
    const bytes = bytesOf(10_000);
    const id = await stored(bytes);
    await flip(await blobPath(id), 5);
    await age('20 days');
    let mended = false;
    engine.store.after = async (call) => {
      if (call !== 'hash' || mended) return;
      mended = true;
      await engine.database.query(`UPDATE blobs SET damage = 'different', damaged_at = now()`);
      await stored(bytes);
    };
    await run();
    expect(await damages()).toEqual([null]);
    await age('20 days');
    await run();
    expect(await damages()).toEqual([null]);
  });
});

describe('a damaged blob', () => {
  it.each<[string, (path: string) => Promise<void>]>([
    ['changed', (path) => flip(path, 5)],
    ['missing', (path) => rm(path)],
  ])('that is %s is mended by the next upload of its content, for every file that has it', async (_, harm) => {
    const bytes = bytesOf(10_000);
    const first = await stored(bytes);
    await harm(await blobPath(first));
    await age('20 days');
    await run();
    const second = await stored(bytes);
    for (const id of [first, second]) {
      const { file, blob } = await found(id);
      expect(file.damaged).toBeUndefined();
      const read = await engine.storage.store.read(blob, { start: 0, end: file.size });
      expect(sha256Of(await readAll(read))).toBe(sha256Of(bytes));
    }
    expect(await damages()).toEqual([null]);
  });
});
