import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { EntityManager } from 'typeorm';
import { bytesOf, readAll, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError } from '../../test/file-handles.js';
import { clientFile, outcomeOf, send, sendAll, until } from '../../test/sending.js';
import type { StoreCall } from '../../test/watched-store.js';

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

async function rows(table: 'blobs' | 'entries' | 'chunks'): Promise<number> {
  const [row] = await engine.database.query<{ count: string }[]>(`SELECT count(*) FROM ${table}`);
  return Number(row?.count);
}

/** An answer does not wait for the removal of what an ended upload leaves. */
function nothingIsLeft(): Promise<void> {
  return until(async () => (await engine.storage.store.staged()).length === 0 && (await rows('chunks')) === 0);
}

async function downloaded(fileId: string | undefined): Promise<string | null> {
  const found = await engine.files.find(fileId ?? '');
  if (found === null) return null;
  return sha256Of(await readAll(await engine.storage.store.read(found.blob, { start: 0, end: found.file.size })));
}

/** Fails a call of the store so many times. */
function failing(call: StoreCall, times: number, where: 'before' | 'after' = 'before'): void {
  let left = times;
  engine.store[where] = (made) => {
    if (made === call && left-- > 0) throw systemError('EIO');
  };
}

describe('an upload that completes', () => {
  it('is a file with everything the client said, and leaves nothing else', async () => {
    const bytes = bytesOf(1000);
    const file = clientFile({ bytes, chunkSize: 300, path: 'a/b', sha256: sha256Of(bytes) });
    const { upload, file: stored } = await sendAll(engine, file);
    expect(upload).toEqual({ id: upload.id, state: 'complete', length: 1000, received: 1000 });
    expect(stored).toMatchObject({ name: file.name, path: 'a/b', size: 1000, sha256: file.sha256 });
    await nothingIsLeft();
  });

  it('is a file that says who has sent it, where somebody had to', async () => {
    const file = clientFile();
    const { upload } = await send(engine, file, 0);
    await engine.database.query(`UPDATE uploads SET sender = 'Ada' WHERE id = $1`, [upload.id]);
    const { file: stored } = await sendAll(engine, file);
    const senders = await engine.database.query<object[]>(`SELECT sender FROM entries WHERE id = $1`, [stored?.id]);
    expect(senders).toEqual([{ sender: 'Ada' }]);
  });

  it('is answered as completing when that takes longer than the request may wait', async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    engine.store.before = (call) => (call === 'publish' ? gate : undefined);
    const file = clientFile();
    for (const index of [0, 1, 2, 3, 4]) await send(engine, file, index);
    const waiting = await send(engine, file, 5, { waitMs: 20 });
    expect(waiting).toEqual({
      upload: { id: waiting.upload.id, state: 'completing', length: 60, received: 60 },
      complete: false,
    });
    // Its name is taken from now on, though nothing shows it.
    expect((await engine.files.page([engine.spaceId], 10, null)).files).toEqual([]);
    expect(await outcomeOf(send(engine, clientFile({ name: file.name })))).toBe('name-taken');
    expect(await outcomeOf(engine.uploads.cancel(waiting.upload.id).then(() => waiting))).toBe('upload-finished');
    go();
    await engine.completion.settled(waiting.upload.id, 10_000);
    expect((await send(engine, file, 5)).complete).toBe(true);
  });
});

describe('a digest that is not the declared one', () => {
  it('ends the upload, frees its name and removes its bytes', async () => {
    const file = clientFile({ sha256: 'ab'.repeat(32), path: 'a' });
    expect(await outcomeOf(sendAll(engine, file))).toBe('digest-mismatch');
    expect(await rows('blobs')).toBe(0);
    await nothingIsLeft();
    expect(await outcomeOf(send(engine, file, 3))).toBe('digest-mismatch');
    const again = await sendAll(engine, { ...file, sha256: sha256Of(file.bytes) });
    expect(again.complete).toBe(true);
  });
});

describe('a fault while completing', () => {
  it.each<[StoreCall, 'before' | 'after']>([
    ['digest', 'before'],
    ['size', 'before'],
    ['publish', 'before'],
    ['publish', 'after'],
    ['discard', 'before'],
  ])('passes: %s fails %s the call', async (call, where) => {
    failing(call, 1, where);
    const bytes = bytesOf(1000);
    const { upload, file: stored } = await send(engine, clientFile({ bytes, chunkSize: 1000 }));
    expect(upload.state).toBe('complete');
    expect(await downloaded(stored?.id)).toBe(sha256Of(bytes));
    expect(await rows('entries')).toBe(1);
    expect(await rows('blobs')).toBe(1);
  });

  it('is tried again until it passes, and logged each time', async () => {
    failing('publish', 2);
    const file = clientFile();
    const { complete } = await sendAll(engine, file);
    expect(complete).toBe(true);
    const failures = engine.log.filter(({ msg }) => msg === 'completion failed, will be tried again');
    expect(failures.map(({ level, retryMs }) => [level, retryMs])).toEqual([
      ['error', 500],
      ['error', 1000],
    ]);
    expect(failures[0]).toMatchObject({ err: { code: 'EIO' } });
  });

  it.each<StoreCall>(['digest', 'publish'])(
    'ends the upload when its bytes are gone for good before %s',
    async (call) => {
      const file = clientFile();
      engine.store.before = async (made) => {
        if (made !== call) return;
        engine.store.before = () => undefined;
        for (const id of await engine.storage.store.staged()) {
          await rm(engine.storage.layout.stagingFile(id));
          engine.storage.digests.forget(id);
        }
      };
      expect(await outcomeOf(sendAll(engine, file))).toBe('bytes-missing');
      expect(await rows('entries')).toBe(0);
      expect(engine.log).toContainEqual(expect.objectContaining({ level: 'error', msg: 'recorded bytes are gone' }));
      expect((await sendAll(engine, file)).complete).toBe(true);
    },
  );
});

describe('a commit whose answer is lost', () => {
  /** Commits a transaction and then loses the connection; the first one begins the upload. */
  function loseAnswerOf(transaction: number): void {
    const { database } = engine;
    const real = database.transaction.bind(database) as (
      work: (manager: EntityManager) => Promise<unknown>,
    ) => Promise<unknown>;
    let left = transaction;
    jest.spyOn(database, 'transaction').mockImplementation(async (work: unknown) => {
      const result = await real(work as (manager: EntityManager) => Promise<unknown>);
      if (--left === 0) throw new Error('Connection terminated unexpectedly');
      return result;
    });
  }

  it('of the seal completes the upload all the same', async () => {
    const file = clientFile({ bytes: bytesOf(10) });
    loseAnswerOf(2);
    await expect(send(engine, file)).rejects.toThrow('Connection terminated');
    await until(async () => (await engine.files.page([engine.spaceId], 10, null)).files.length === 1);
    expect((await send(engine, file)).complete).toBe(true);
    await nothingIsLeft();
  });

  it('of the last transaction leaves nothing staged', async () => {
    loseAnswerOf(3);
    expect((await send(engine, clientFile({ bytes: bytesOf(10) }))).complete).toBe(true);
    await nothingIsLeft();
    expect(await rows('entries')).toBe(1);
  });
});

describe('equal content', () => {
  it('is stored once, though two uploads of it complete at once, round after round', async () => {
    for (let round = 0; round < 10; round++) {
      const bytes = bytesOf(5_000);
      const pair = [1, 2].map(() => clientFile({ bytes, chunkSize: 5_000 }));
      const [first, second] = await Promise.all(pair.map((file) => send(engine, file)));
      expect(first?.file?.id).not.toBe(second?.file?.id);
      expect(await rows('blobs')).toBe(round + 1);
      for (const answer of [first, second]) expect(await downloaded(answer?.file?.id)).toBe(sha256Of(bytes));
    }
    await nothingIsLeft();
  });

  it('is not written again when it is there', async () => {
    const bytes = bytesOf(5_000);
    await sendAll(engine, clientFile({ bytes, chunkSize: 1_000 }));
    const published = () => engine.store.calls.filter((call) => call === 'publish').length;
    const before = published();
    expect((await sendAll(engine, clientFile({ bytes, chunkSize: 5_000 }))).complete).toBe(true);
    expect(published()).toBe(before);
  });

  it('takes the place of a blob whose bytes are gone or too few', async () => {
    const bytes = bytesOf(5_000);
    const { file } = await sendAll(engine, clientFile({ bytes, chunkSize: 5_000 }));
    const found = await engine.files.find(file?.id ?? '');
    if (found === null) throw new Error('The file is not there.');
    const path = engine.storage.layout.blob(found.blob).file;
    await rm(path);
    await sendAll(engine, clientFile({ bytes, chunkSize: 5_000 }));
    expect(existsSync(path)).toBe(true);
    expect(await downloaded(file?.id)).toBe(sha256Of(bytes));
  });
});

describe('two uploads of one name', () => {
  it('end in one file and one refusal, and no bytes are mixed', async () => {
    for (let round = 0; round < 5; round++) {
      const name = `report ${round}.pdf`;
      const files = [clientFile({ name }), clientFile({ name: name.toUpperCase() })];
      const outcomes = await Promise.all(files.map((file) => outcomeOf(sendAll(engine, file))));
      expect(outcomes.sort()).toEqual(['complete', 'name-taken']);
    }
    const { files } = await engine.files.page([engine.spaceId], 10, null);
    expect(files).toHaveLength(5);
    for (const { id, sha256 } of files) expect(await downloaded(id)).toBe(sha256);
  });

  it('leave the second with its bytes, which every later request tries again', async () => {
    const name = 'report.pdf';
    const second = clientFile({ name });
    for (const index of [0, 1, 2, 3, 4]) await send(engine, second, index);
    const { file } = await sendAll(engine, clientFile({ name }));
    expect(await outcomeOf(send(engine, second, 5))).toBe('name-taken');
    for (const index of [0, 3, 5]) expect(await outcomeOf(send(engine, second, index))).toBe('name-taken');
    const upload = await engine.ledger.findByKey('built-in', second.key ?? '');
    expect(upload).toMatchObject({ state: 'receiving', reason: 'name-taken', received: 60 });
    expect(await engine.storage.store.staged()).toEqual([upload?.id]);
    await engine.remover.delete(file?.id ?? '');
    expect((await send(engine, second, 2)).complete).toBe(true);
  });

  it('leave nothing of a plain form, which nobody could go on with', async () => {
    const name = 'report.pdf';
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let written: () => void = () => undefined;
    const isWritten = new Promise<void>((resolve) => (written = resolve));
    engine.store.after = (call) => {
      if (call !== 'writeChunk') return undefined;
      engine.store.after = () => undefined;
      written();
      return gate;
    };
    const form = outcomeOf(send(engine, clientFile({ name, key: null })));
    await isWritten;
    await sendAll(engine, clientFile({ name }));
    go();
    expect(await form).toBe('name-taken');
    expect(await engine.ledger.inState('receiving')).toEqual([]);
    await nothingIsLeft();
  });

  it.each([
    ['a chunked upload', {}],
    ['a plain form', { key: null }],
  ])('end %s as well when a file stands where its folder should be by then', async (_, facts) => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let written: () => void = () => undefined;
    const isWritten = new Promise<void>((resolve) => (written = resolve));
    const file = clientFile({ path: 'docs', bytes: bytesOf(10), ...facts });
    engine.store.after = (call) => {
      if (call !== 'writeChunk') return undefined;
      engine.store.after = () => undefined;
      written();
      return gate;
    };
    const request = outcomeOf(send(engine, file));
    await isWritten;
    await sendAll(engine, clientFile({ name: 'docs' }));
    go();
    expect(await request).toBe('path-not-a-folder');
    if (file.key === null) {
      expect(await engine.ledger.inState('receiving')).toEqual([]);
      await nothingIsLeft();
    } else {
      expect(await outcomeOf(send(engine, file))).toBe('path-not-a-folder');
      expect(await engine.ledger.findByKey('built-in', file.key)).toMatchObject({ reason: 'path-not-a-folder' });
    }
  });
});

describe('many uploads at once', () => {
  it('all complete with fewer connections than uploads', async () => {
    await engine.stop();
    engine = await startEngine(home, 5);
    const files = Array.from({ length: 40 }, () => clientFile({ bytes: bytesOf(2_000), chunkSize: 1_000 }));
    const answers = await Promise.all(files.map((file) => sendAll(engine, file)));
    expect(answers.every(({ complete }) => complete)).toBe(true);
    expect(await rows('entries')).toBe(40);
  });
});
