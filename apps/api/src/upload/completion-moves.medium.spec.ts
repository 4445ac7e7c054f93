import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { bytesOf } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError } from '../../test/file-handles.js';
import { clientFile, open, send, until } from '../../test/sending.js';
import { MissingBytes } from '../blobs/blob-store.js';
import { newId } from '../platform/database/ids.js';

/* Real: PostgreSQL, the disk. */

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
});

beforeEach(async () => {
  engine = await startEngine(home, 10);
  await engine.clear();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await engine.stop();
});

afterAll(() => removeHome(home));

const file = () => clientFile({ bytes: bytesOf(10) });
const logged = (msg: string) => engine.log.filter((line) => line.msg === msg);

/** Another one moves every upload. */
const overtake = () => engine.database.query(`UPDATE uploads SET epoch = epoch + 1`);

/** Does something before the next transaction, which can be to fail it. */
function beforeTransaction(work: () => Promise<unknown>): void {
  const { database } = engine;
  const real = database.transaction.bind(database) as (
    work: (manager: EntityManager) => Promise<unknown>,
  ) => Promise<unknown>;
  jest.spyOn(database, 'transaction').mockImplementationOnce(async (transaction: unknown) => {
    await work();
    return real(transaction as (manager: EntityManager) => Promise<unknown>);
  });
}

describe('completing', () => {
  it('does nothing with an upload that is gone, or that still receives', async () => {
    const upload = await open(engine, clientFile());
    for (const id of [newId(), upload.id]) {
      engine.completion.start(id);
      await engine.completion.settled(id, 10_000);
    }
    expect(await engine.ledger.find(upload.id)).toEqual(upload);
    expect(engine.store.calls).toEqual([]);
    expect(engine.log).toEqual([]);
  });

  it('is not waited for when it is not under way', async () => {
    const startedAt = performance.now();
    await engine.completion.settled(newId(), 20_000);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('happens once, however often it is asked for', async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    engine.store.before = (call) => (call === 'digest' ? gate : undefined);
    const { upload } = await send(engine, file(), 0, { waitMs: 20 });
    for (let time = 0; time < 3; time++) engine.completion.start(upload.id);
    go();
    await engine.completion.settled(upload.id, 10_000);
    expect(engine.store.calls.filter((call) => call === 'digest')).toHaveLength(1);
    expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'complete' });
  });

  it('looks again when the upload has moved meanwhile, and ends in one file', async () => {
    engine.store.after = async (call) => {
      if (call !== 'publish') return;
      engine.store.after = () => undefined;
      await overtake();
    };
    expect((await send(engine, file())).complete).toBe(true);
    expect(logged('completion failed, will be tried again')).toEqual([
      expect.objectContaining({ err: expect.objectContaining({ message: 'the upload is not completing any more' }) }),
    ]);
    expect((await engine.files.page(10, null)).files).toHaveLength(1);
  });

  it('ends the upload when its bytes turn out to be gone as they are to get their name', async () => {
    engine.store.before = (call) => {
      if (call === 'publish') throw new MissingBytes('gone');
    };
    const sent = file();
    await expect(send(engine, sent)).rejects.toMatchObject({ code: 'bytes-missing' });
    expect(logged('recorded bytes are gone')).toHaveLength(1);
    expect(logged('upload failed')).toEqual([expect.objectContaining({ level: 'warn', reason: 'bytes-missing' })]);
    expect(logged('file complete')).toEqual([]);
    expect(await engine.ledger.findByKey('built-in', sent.key ?? '')).toMatchObject({
      state: 'failed',
      reason: 'bytes-missing',
      fileId: null,
    });
  });

  it('says what has become a file, and how large it is', async () => {
    const { upload, file: stored } = await send(engine, file());
    expect(logged('file complete')).toEqual([
      expect.objectContaining({ level: 'info', uploadId: upload.id, fileId: stored?.id, size: 10 }),
    ]);
    const [line] = logged('file complete');
    expect(line?.['ms']).toBeGreaterThanOrEqual(0);
    expect(line?.['ms']).toBeLessThan(60_000);
  });

  it('waits no longer for its next try once the server stops', async () => {
    engine.store.before = (call) => {
      if (call === 'digest') throw systemError('EIO');
    };
    const { upload } = await send(engine, file(), 0, { waitMs: 0 });
    await until(() => Promise.resolve(logged('completion failed, will be tried again').length === 1));
    engine.completion.beforeApplicationShutdown();
    await engine.completion.settled(upload.id, 30_000);
    expect(engine.store.calls.filter((call) => call === 'digest')).toHaveLength(1);
    expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'completing' });
  });

  it('is not tried again when it fails after the server has stopped, and says nothing', async () => {
    engine.store.before = (call) => {
      if (call !== 'digest') return;
      engine.completion.beforeApplicationShutdown();
      throw systemError('EIO');
    };
    const { upload } = await send(engine, file(), 0, { waitMs: 30_000 });
    expect(upload.state).toBe('completing');
    expect(engine.log.filter(({ level }) => level !== 'debug')).toEqual([]);
  });

  it('leaves what it cannot remove for the next start, and says so', async () => {
    engine.store.before = (call) => {
      if (call === 'discard') throw systemError('EIO');
    };
    const { upload, complete } = await send(engine, file());
    expect(complete).toBe(true);
    await until(() => Promise.resolve(logged('remains of an upload could not be removed').length === 1));
    expect(logged('remains of an upload could not be removed')).toEqual([
      expect.objectContaining({ level: 'error', uploadId: upload.id, err: expect.objectContaining({ code: 'EIO' }) }),
    ]);
  });
});

describe('four uploads at a time', () => {
  it('publish, and the next one when one of them is done', async () => {
    let inside = 0;
    let most = 0;
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    engine.store.before = async (call) => {
      if (call !== 'publish') return;
      most = Math.max(most, ++inside);
      await gate;
      inside--;
    };
    const sent = Array.from({ length: 7 }, () => send(engine, file()));
    await until(() => Promise.resolve(inside === 4));
    await until(async () => (await engine.ledger.inState('completing')).length === 7);
    go();
    expect((await Promise.all(sent)).every(({ complete }) => complete)).toBe(true);
    expect(most).toBe(4);
    // Whoever waited has given its turn back too: four can go again.
    expect((await Promise.all([1, 2, 3, 4, 5].map(() => send(engine, file())))).every((a) => a.complete)).toBe(true);
  });
});

describe('failing an upload', () => {
  it('changes nothing of one that has ended, or that is gone', async () => {
    const { upload } = await send(engine, file());
    const before = await engine.ledger.find(upload.id);
    await engine.completion.fail(upload.id, 'bytes-lost');
    await engine.completion.fail(newId(), 'bytes-lost');
    expect((await engine.ledger.find(upload.id))?.state).toBe('complete');
    expect((await engine.ledger.find(upload.id))?.epoch).toBe(before?.epoch);
    expect(logged('upload failed')).toEqual([]);
  });

  it('fails it from where it is when it has moved meanwhile', async () => {
    const { id } = await open(engine, clientFile());
    beforeTransaction(overtake);
    await engine.completion.fail(id, 'bytes-lost');
    expect(await engine.ledger.find(id)).toMatchObject({ state: 'failed', reason: 'bytes-lost', epoch: 2 });
    expect(logged('upload failed')).toHaveLength(1);
  });

  it('tells its caller of a fault, and leaves the upload as it is', async () => {
    const upload = await open(engine, clientFile());
    beforeTransaction(() => Promise.reject(new Error('Connection terminated')));
    await expect(engine.completion.fail(upload.id, 'bytes-lost')).rejects.toThrow('Connection terminated');
    expect(await engine.ledger.find(upload.id)).toEqual(upload);
    expect(logged('upload failed')).toEqual([]);
  });
});
