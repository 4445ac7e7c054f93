import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { bytesOf, contentOf, readAll, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { clientFile, open, outcomeOf, send, sendAll, until, type ClientFile } from '../../test/sending.js';
import { recorded } from '../../test/upload-plans.js';
import type { StoreCall } from '../../test/watched-store.js';

let home: Home;
/** The process that dies, and then the one that comes after it. */
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

/** Makes everything end at a call of the store, as a kill would: nothing that comes after it is done. */
function dieAt(call: StoreCall, where: 'before' | 'after'): void {
  engine.store[where] = (made) => {
    if (made !== call) return;
    engine.completion.beforeApplicationShutdown();
    throw new Error('killed');
  };
}

/** Starts the next process in the same home. */
async function restart(): Promise<void> {
  await engine.stop();
  engine = await startEngine(home);
  await engine.boot();
}

async function stateOf(file: ClientFile): Promise<string | undefined> {
  return (await engine.ledger.findByKey('built-in', file.key ?? ''))?.state;
}

async function nothingIsLeft(): Promise<void> {
  await until(async () => (await engine.storage.store.staged()).length === 0);
}

/** Digest of the bytes of the only file there is. */
async function onlyFile(): Promise<string> {
  const { files } = await engine.files.page([engine.spaceId], 10, null);
  expect(files).toHaveLength(1);
  const found = await engine.files.find(files[0]?.id ?? '');
  if (found === null) throw new Error('The file is not there.');
  const { size } = found.file;
  // A store is asked for one byte at least.
  const bytes =
    size === 0 ? Buffer.alloc(0) : await readAll(await engine.storage.store.read(found.blob, { start: 0, end: size }));
  expect(sha256Of(bytes)).toBe(found.file.sha256);
  return found.file.sha256;
}

describe('a kill while an upload completes', () => {
  it.each<[string, StoreCall, 'before' | 'after']>([
    ['before its digest is known', 'digest', 'before'],
    ['when its digest is known', 'digest', 'after'],
    ['before its bytes have a name', 'publish', 'before'],
    ['when its bytes have a name and no row', 'publish', 'after'],
    ['when it is a file and its staging file is left', 'discard', 'before'],
  ])('%s: the next start finishes it', async (_, call, where) => {
    const file = clientFile({ bytes: bytesOf(5_000), chunkSize: 1_000 });
    dieAt(call, where);
    await outcomeOf(sendAll(engine, file));
    const committed = call === 'discard';
    expect(await stateOf(file)).toBe(committed ? 'complete' : 'completing');
    expect((await engine.files.page([engine.spaceId], 10, null)).files).toHaveLength(committed ? 1 : 0);
    expect(await engine.storage.store.staged()).toHaveLength(1);
    await restart();
    await until(async () => (await stateOf(file)) === 'complete');
    expect(await onlyFile()).toBe(sha256Of(file.bytes));
    await nothingIsLeft();
    expect((await send(engine, file, 3)).complete).toBe(true);
  });

  it('and another file of equal content comes first: both are there', async () => {
    const bytes = bytesOf(5_000);
    const file = clientFile({ bytes, chunkSize: 5_000 });
    dieAt('publish', 'after');
    await outcomeOf(send(engine, file));
    await engine.stop();
    engine = await startEngine(home);
    expect((await send(engine, clientFile({ bytes, chunkSize: 5_000 }))).complete).toBe(true);
    await engine.boot();
    await until(async () => (await stateOf(file)) === 'complete');
    expect((await engine.files.page([engine.spaceId], 10, null)).files.map(({ sha256 }) => sha256)).toEqual([
      sha256Of(bytes),
      sha256Of(bytes),
    ]);
    const [row] = await engine.database.query<{ count: string }[]>('SELECT count(*) FROM blobs');
    expect(row?.count).toBe('1');
  });

  it('and what has a name by now is not what was uploaded: good bytes replace it', async () => {
    const file = clientFile({ bytes: bytesOf(5_000), chunkSize: 5_000 });
    dieAt('publish', 'before');
    await outcomeOf(send(engine, file));
    const upload = await engine.ledger.findByKey('built-in', file.key ?? '');
    const blob = engine.storage.layout.blob({ spaceId: upload?.spaceId ?? '', sha256: sha256Of(file.bytes) });
    for (const folder of blob.folders) await mkdir(folder);
    await writeFile(blob.file, 'not these bytes');
    await restart();
    await until(async () => (await stateOf(file)) === 'complete');
    expect(await onlyFile()).toBe(sha256Of(file.bytes));
  });

  it('and its bytes are gone or too few by then: it ends, and its name is free', async () => {
    for (const damage of [(path: string) => rm(path), (path: string) => truncate(path, 100)]) {
      const file = clientFile({ name: 'report.pdf', bytes: bytesOf(5_000), chunkSize: 5_000 });
      dieAt('digest', 'before');
      await outcomeOf(send(engine, file));
      const upload = await engine.ledger.findByKey('built-in', file.key ?? '');
      await damage(engine.storage.layout.stagingFile(upload?.id ?? ''));
      await restart();
      await until(async () => (await stateOf(file)) === 'failed');
      expect(await outcomeOf(send(engine, file, 1))).toBe('bytes-missing');
      await nothingIsLeft();
    }
    expect((await sendAll(engine, clientFile({ name: 'report.pdf' }))).complete).toBe(true);
  });
});

describe('a kill while bytes come', () => {
  it('keeps what was answered, and takes the rest', async () => {
    const file = clientFile({ bytes: bytesOf(60_000), chunkSize: 10_000 });
    for (const index of [0, 3, 4]) await send(engine, file, index);
    const { upload } = await send(engine, file, 3);
    // Bytes that were written and never recorded: the next process must not take them for held.
    await engine.storage.store.writeChunk(
      { uploadId: upload.id, offset: 10_000, maxLength: 10_000, first: false },
      contentOf(bytesOf(10_000)),
    );
    await restart();
    const status = await engine.uploads.status(upload.id);
    expect(status.upload.received).toBe(30_000);
    expect(status.missing).toEqual([
      { start: 10_000, end: 30_000 },
      { start: 50_000, end: 60_000 },
    ]);
    const answer = await sendAll(engine, file, [5, 1, 2]);
    expect(answer).toMatchObject({ complete: true, upload: { id: upload.id } });
    expect(await onlyFile()).toBe(sha256Of(file.bytes));
  });

  it('leaves nothing of a plain form that has not fully come', async () => {
    const upload = await open(engine, clientFile({ key: null }));
    await writeFile(engine.storage.layout.stagingFile(upload.id), 'half of it');
    await restart();
    expect(await engine.ledger.find(upload.id)).toBeNull();
    await nothingIsLeft();
  });

  it.each([
    ['a plain form', { key: null, bytes: bytesOf(5_000) }],
    ['a chunked upload', { bytes: bytesOf(5_000), chunkSize: 5_000 }],
    ['an empty file', { bytes: Buffer.alloc(0) }],
  ])('completes %s whose last byte was recorded and nothing more', async (_, facts) => {
    const file = clientFile(facts);
    const { id } = await open(engine, file);
    await engine.storage.store.writeChunk(
      { uploadId: id, offset: 0, maxLength: 10_000, first: true },
      contentOf(file.bytes),
    );
    await recorded(engine.chunkLedger, id, 0, file.bytes.length, { endsUpload: true });
    await restart();
    await until(async () => (await engine.ledger.find(id))?.state === 'complete');
    expect(await onlyFile()).toBe(sha256Of(file.bytes));
  });

  it('notes that the name of such an upload was taken meanwhile, and starts all the same', async () => {
    const file = clientFile({ name: 'report.pdf', bytes: bytesOf(10) });
    const { id } = await open(engine, file);
    await engine.storage.store.writeChunk(
      { uploadId: id, offset: 0, maxLength: 10, first: true },
      contentOf(file.bytes),
    );
    await recorded(engine.chunkLedger, id, 0, 10);
    await sendAll(engine, clientFile({ name: 'report.pdf' }));
    await restart();
    expect(await engine.ledger.find(id)).toMatchObject({ state: 'receiving', reason: 'name-taken' });
    expect(await outcomeOf(send(engine, file, 0))).toBe('name-taken');
  });
});

describe('a kill while an upload is removed', () => {
  it('leaves bytes that the next start removes', async () => {
    const file = clientFile();
    const { upload } = await send(engine, file, 0);
    await engine.ledger.move(engine.database.manager, await engine.uploads.find(upload.id), { to: 'cancelled' });
    await restart();
    await nothingIsLeft();
    expect(await engine.chunkLedger.ranges(upload.id)).toEqual([]);
    expect(await stateOf(file)).toBe('cancelled');
  });
});

describe('a start', () => {
  it('leaves alone what is not its own', async () => {
    await writeFile(`${engine.storage.layout.staging}/lost+found`, '');
    await restart();
    expect(existsSync(`${engine.storage.layout.staging}/lost+found`)).toBe(true);
  });

  it('is not kept by one upload that cannot be sealed', async () => {
    const files = [clientFile(), clientFile()];
    for (const file of files) {
      const { id } = await open(engine, file);
      await recorded(engine.chunkLedger, id, 0, 60);
    }
    await engine.stop();
    engine = await startEngine(home);
    jest.spyOn(engine.completion, 'seal').mockRejectedValueOnce(new Error('deadlock detected'));
    await engine.recovery.onApplicationBootstrap();
    const states = await Promise.all(files.map(stateOf));
    expect(states.filter((state) => state === 'receiving')).toHaveLength(1);
    expect(engine.log).toContainEqual(expect.objectContaining({ level: 'error', msg: 'a whole upload is not sealed' }));
  });

  it('says how many uploads it takes up', async () => {
    dieAt('digest', 'before');
    for (let index = 0; index < 3; index++) await outcomeOf(send(engine, clientFile({ bytes: bytesOf(10) })));
    await restart();
    expect(engine.log).toContainEqual(
      expect.objectContaining({ level: 'info', msg: 'completing uploads taken up again', uploads: 3 }),
    );
    await until(async () => (await engine.files.page([engine.spaceId], 10, null)).files.length === 3);
  });

  it('is quiet when there is nothing to do', async () => {
    await restart();
    expect(engine.log).toEqual([]);
  });
});
