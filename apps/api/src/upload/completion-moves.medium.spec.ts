import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { rm } from 'node:fs/promises';
import { bytesOf, contentOf, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError } from '../../test/file-handles.js';
import { begun, type ClientFile, clientFile, incoming, open, requestOf, send, until } from '../../test/sending.js';
import { recorded } from '../../test/upload-plans.js';
import { MissingBytes } from '../blobs/blob-store.js';
import { newId } from '../platform/database/ids.js';
import type { Upload } from './entities/upload.entity.js';

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

  it('can be asked for again after it found nothing to do', async () => {
    const sent = file();
    const { id } = await open(engine, sent);
    engine.completion.start(id);
    await engine.completion.settled(id, 10_000);
    expect((await send(engine, sent)).complete).toBe(true);
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
    expect((await engine.files.page([engine.spaceId], 10, null)).files).toHaveLength(1);
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
    // Time for a fifth, if there were one.
    for (let look = 0; look < 50; look++) await engine.database.query(`SELECT 1`);
    go();
    expect((await Promise.all(sent)).every(({ complete }) => complete)).toBe(true);
    expect(most).toBe(4);
    // Whoever waited has given its turn back too: four can go again.
    expect((await Promise.all([1, 2, 3, 4, 5].map(() => send(engine, file())))).every((a) => a.complete)).toBe(true);
  });
});

describe('sealing an upload', () => {
  /** A whole upload that nobody has sealed. */
  async function whole(facts: Partial<ClientFile> = {}): Promise<Upload> {
    const upload = await open(engine, clientFile({ bytes: bytesOf(10), chunkSize: 10, ...facts }));
    await recorded(engine.chunkLedger, upload.id, 0, 10, { endsUpload: upload.length === null });
    const found = await engine.ledger.find(upload.id);
    if (found === null) throw new Error('The upload is gone.');
    return found;
  }

  // What is sealed here under a name that is taken has begun under another: that beginning is not refused.
  it('claims its name below its folders', async () => {
    for (const path of ['', 'a/b']) {
      const { file: stored } = await send(engine, clientFile({ bytes: bytesOf(10), name: 'x.pdf', path }));
      expect(stored).toMatchObject({ name: 'x.pdf', path });
    }
    // Two files, and the two folders of one of them.
    expect(await engine.database.query(`SELECT 1 FROM entries`)).toHaveLength(4);
  });

  it('does nothing when another was faster', async () => {
    const upload = await whole();
    await overtake();
    await engine.completion.seal(upload);
    await engine.completion.settled(upload.id, 10_000);
    expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'receiving', reason: null });
    expect(engine.store.calls).toEqual([]);
  });

  it('is refused while its name is taken, and holds the upload', async () => {
    await send(engine, clientFile({ bytes: bytesOf(10), name: 'x.pdf' }));
    const upload = { ...(await whole()), name: 'x.pdf' };
    await expect(engine.completion.seal(upload)).rejects.toMatchObject({ code: 'name-taken' });
    await engine.completion.settled(upload.id, 10_000);
    expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'receiving', reason: 'name-taken' });
    expect(logged('upload failed')).toEqual([]);
  });

  it('ends a plain form whose name is taken, with its bytes', async () => {
    await send(engine, clientFile({ bytes: bytesOf(10), name: 'x.pdf' }));
    const upload = { ...(await whole({ key: null })), name: 'x.pdf' };
    await expect(engine.completion.seal(upload)).rejects.toMatchObject({ code: 'name-taken' });
    expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'failed', reason: 'name-taken' });
    expect(await engine.chunkLedger.ranges(upload.id)).toEqual([]);
  });

  it('lets it complete although the answer to the commit is lost', async () => {
    const sent = file();
    const { database } = engine;
    const real = database.transaction.bind(database) as (
      work: (manager: EntityManager) => Promise<unknown>,
    ) => Promise<unknown>;
    jest.spyOn(engine.completion, 'seal').mockResolvedValueOnce();
    await send(engine, sent, 0, { waitMs: 0 });
    const upload = await open(engine, sent);
    jest.spyOn(database, 'transaction').mockImplementationOnce(async (work: unknown) => {
      await real(work as (manager: EntityManager) => Promise<unknown>);
      throw new Error('Connection terminated');
    });
    await expect(engine.completion.seal(upload)).rejects.toThrow('Connection terminated');
    await engine.completion.settled(upload.id, 10_000);
    expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'complete' });
  });
});

describe('the content of a completed upload', () => {
  it('is another than was declared: the upload ends without a file', async () => {
    const sent = clientFile({ bytes: bytesOf(10), sha256: 'ab'.repeat(32) });
    await expect(send(engine, sent)).rejects.toMatchObject({ code: 'digest-mismatch' });
    expect((await engine.files.page([engine.spaceId], 10, null)).files).toEqual([]);
    expect(await engine.ledger.findByKey('built-in', sent.key ?? '')).toMatchObject({ reason: 'digest-mismatch' });
  });

  it('is the declared one', async () => {
    const bytes = bytesOf(10);
    expect((await send(engine, clientFile({ bytes, sha256: sha256Of(bytes) }))).complete).toBe(true);
  });

  it('is published once, and again only when its bytes are gone', async () => {
    const bytes = bytesOf(10);
    const published = () => engine.store.calls.filter((call) => call === 'publish').length;
    await send(engine, clientFile({ bytes }));
    const { file: stored } = await send(engine, clientFile({ bytes }));
    expect(published()).toBe(1);
    const found = await engine.files.find(stored?.id ?? '');
    if (found === null) throw new Error('The file is not there.');
    await rm(engine.storage.layout.blob(found.blob).file);
    await send(engine, clientFile({ bytes }));
    expect(published()).toBe(2);
  });

  it('leaves nothing staged, and no chunk', async () => {
    const { upload } = await send(engine, file());
    await engine.completion.settled(upload.id, 10_000);
    expect(await engine.storage.store.staged()).toEqual([]);
    expect(await engine.chunkLedger.ranges(upload.id)).toEqual([]);
  });

  it('takes the place of the one before when it is to replace it, which goes into the trash', async () => {
    await send(engine, clientFile({ bytes: bytesOf(25), name: 'x.pdf', chunkSize: 25 }));
    const plan = { ...requestOf(clientFile({ bytes: bytesOf(10), name: 'x.pdf' })), conflict: 'replace' as const };
    const upload = await begun(engine, plan, true);
    const content = contentOf(bytesOf(10));
    await engine.chunks.write(upload, incoming({ offset: 0, length: 10, content }));
    await engine.completion.settled(upload.id, 10_000);
    const { files } = await engine.files.page([engine.spaceId], 10, null);
    expect(files).toEqual([expect.objectContaining({ name: 'x.pdf', size: 10 })]);
    const { entries, total } = await engine.entryListing.trash(engine.spaceId, 10, null);
    expect([total, entries]).toEqual([1, [expect.objectContaining({ name: 'x.pdf', size: 25 })]]);
    expect(await engine.usage()).toMatchObject({ used: 35, reserved: 0 });
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
