import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { brokenContent, bytesOf, contentOf, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { QUOTA_ROUNDS as ROUNDS } from '../../test/rounds.js';
import { begun, clientFile, incoming, open, outcomeOf, requestOf, send, sendAll, until } from '../../test/sending.js';
import type { Upload } from './entities/upload.entity.js';

/* Real: PostgreSQL, the disk. */

const TIB = 1024 ** 4;

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home, 20, undefined, { maxOpenUploads: 60, maxChunks: 8 });
});

beforeEach(() => engine.clear());

/** Whatever a test did: what is counted is what is there. */
afterEach(async () => {
  jest.restoreAllMocks();
  engine.store.before = () => undefined;
  expect(await engine.audit.drift()).toEqual({ bytes: 0, uploads: 0 });
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

const usage = async () => {
  const { used, reserved } = await engine.usage();
  return { used, reserved };
};

const ofSize = (size: number) => clientFile({ bytes: bytesOf(size), chunkSize: Math.max(1, size) });

const begin = (length: number | null): Promise<Upload> =>
  begun(engine, { ...requestOf(clientFile()), length, chunkSize: null }, true);

const append = (upload: Upload, offset: number, bytes: Buffer): Promise<string> =>
  outcomeOf(
    engine.chunks
      .write(upload, incoming({ kind: 'append', offset, length: null, content: contentOf(bytes) }))
      .then(() => engine.uploads.find(upload.id)),
  );

describe('a quota', () => {
  it('is taken when an upload of known length begins, before any byte', async () => {
    await engine.setQuota(100);
    await open(engine, ofSize(60));
    expect(await usage()).toEqual({ used: 0, reserved: 60 });
    const late = ofSize(41);
    await expect(open(engine, late)).rejects.toThrow('Of 100 bytes 40 are free');
    expect(await outcomeOf(send(engine, late))).toBe('quota-exceeded');
    expect(engine.store.calls).not.toContain('writeChunk');
    await open(engine, ofSize(40));
    expect(await usage()).toEqual({ used: 0, reserved: 100 });
  });

  it('refuses late chunks of a refused file until it is begun again', async () => {
    await engine.setQuota(10);
    const file = clientFile();
    expect(await outcomeOf(send(engine, file, 0))).toBe('quota-exceeded');
    await engine.setQuota(null);
    expect(await outcomeOf(send(engine, file, 3))).toBe('quota-exceeded');
    expect((await sendAll(engine, file)).complete).toBe(true);
  });

  it('lets empty files in when it is full, and lets files go when it has become too small', async () => {
    const { file } = await sendAll(engine, ofSize(50));
    await engine.setQuota(10);
    expect((await sendAll(engine, clientFile({ bytes: Buffer.alloc(0) }))).complete).toBe(true);
    expect(await outcomeOf(send(engine, ofSize(1)))).toBe('quota-exceeded');
    await engine.remover.delete(file?.id ?? '');
    expect((await send(engine, ofSize(10))).complete).toBe(true);
    expect(await engine.usage()).toEqual({ quota: 10, used: 10, reserved: 0 });
  });

  it('counts every file with its full size, though the content is stored once', async () => {
    const bytes = bytesOf(70);
    const files = await times(3, () => sendAll(engine, clientFile({ bytes, chunkSize: 70 })));
    expect(await usage()).toEqual({ used: 210, reserved: 0 });
    await engine.remover.delete(files[0]?.file?.id ?? '');
    expect(await usage()).toEqual({ used: 140, reserved: 0 });
  });

  it('goes on being used by what was replaced, until that is removed for good', async () => {
    const old = ofSize(70);
    await sendAll(engine, old);
    const plan = { ...requestOf(clientFile({ name: old.name, bytes: bytesOf(30) })), conflict: 'replace' as const };
    const upload = await begun(engine, plan, true);
    await append(upload, 0, bytesOf(30));
    expect((await engine.uploads.result(upload.id, 10_000)).complete).toBe(true);
    expect(await usage()).toEqual({ used: 100, reserved: 0 });
    const { entries } = await engine.entryListing.trash(engine.spaceId, 10, null);
    expect(entries).toMatchObject([{ name: old.name, size: 70, trashed: { by: null, path: '' } }]);
    expect(await engine.remover.delete(entries[0]?.id ?? '')).toBe(true);
    expect(await usage()).toEqual({ used: 30, reserved: 0 });
    expect(await engine.audit.drift()).toEqual({ bytes: 0, uploads: 0 });
  });

  it('takes an upload of any length when there is none, and no room on the disk for it', async () => {
    const uploads = await times(20, () => begin(10 * TIB));
    expect(await engine.storage.store.staged()).toEqual([]);
    expect((await engine.usage()).reserved).toBe(200 * TIB);
    await Promise.all(uploads.map(({ id }) => engine.uploads.cancel(id)));
    expect(await usage()).toEqual({ used: 0, reserved: 0 });
  });
});

describe('an upload of unknown length', () => {
  it('takes of the quota what comes, and stays as it is when there is no more', async () => {
    await engine.setQuota(100);
    const upload = await begin(null);
    expect(await usage()).toEqual({ used: 0, reserved: 0 });
    await append(upload, 0, bytesOf(90));
    expect(await usage()).toEqual({ used: 0, reserved: 90 });
    expect(await append(upload, 90, bytesOf(11))).toBe('quota-exceeded');
    expect(await engine.uploads.find(upload.id)).toMatchObject({ state: 'receiving', received: 90 });
    expect(await engine.chunkLedger.ranges(upload.id)).toEqual([{ start: 0, end: 90 }]);
    await append(upload, 90, bytesOf(10));
    await engine.changes.complete(upload.id, {}, 10_000);
    expect(await usage()).toEqual({ used: 100, reserved: 0 });
  });

  it('is not kept when it is a plain form for which there is no room', async () => {
    await engine.setQuota(50);
    expect(await outcomeOf(send(engine, clientFile({ key: null, bytes: bytesOf(51) })))).toBe('quota-exceeded');
    expect(await engine.ledger.inState('receiving')).toEqual([]);
    expect((await send(engine, clientFile({ key: null, bytes: bytesOf(50) }))).complete).toBe(true);
    expect(await usage()).toEqual({ used: 50, reserved: 0 });
  });
});

describe('what was reserved is given back once', () => {
  it('by a cancel, however many ask for it', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const upload = await begin(60);
      await times(10, () => engine.uploads.cancel(upload.id));
      expect(await usage()).toEqual({ used: 0, reserved: 0 });
    }
  });

  it('by a failure, after which the same file can be begun again', async () => {
    const file = clientFile({ sha256: 'ab'.repeat(32) });
    expect(await outcomeOf(sendAll(engine, file))).toBe('digest-mismatch');
    expect(await usage()).toEqual({ used: 0, reserved: 0 });
    await open(engine, file);
    expect(await usage()).toEqual({ used: 0, reserved: 60 });
  });

  it('by expiry', async () => {
    await begin(60);
    await engine.database.query(`UPDATE uploads SET expires_at = now() - interval '1 s'`);
    await engine.upkeep.run(new AbortController().signal);
    expect(await usage()).toEqual({ used: 0, reserved: 0 });
  });

  it('by a request that fails and leaves nothing of the upload it began', async () => {
    const content = brokenContent(new Error('gone'), bytesOf(5));
    await expect(send(engine, clientFile(), 0, { content })).rejects.toThrow('gone');
    expect(await engine.ledger.inState('receiving')).toEqual([]);
    expect(await usage()).toEqual({ used: 0, reserved: 0 });
  });

  it.each([1, 2, 3])('when the answer to commit %i is lost', async (number) => {
    const { database } = engine;
    const real = database.transaction.bind(database) as (
      work: (manager: EntityManager) => Promise<unknown>,
    ) => Promise<unknown>;
    let left = number;
    jest.spyOn(database, 'transaction').mockImplementation(async (work: unknown) => {
      const result = await real(work as (manager: EntityManager) => Promise<unknown>);
      if (--left === 0) throw new Error('Connection terminated unexpectedly');
      return result;
    });
    const file = ofSize(70);
    await send(engine, file).catch(() => undefined);
    await until(async () => (await send(engine, file).catch(() => null))?.complete === true);
    expect(await usage()).toEqual({ used: 70, reserved: 0 });
  });
});

describe('open uploads of one owner', () => {
  it('are as many as they may be, of 80 at once', async () => {
    const outcomes = await times(80, () => outcomeOf(begin(1)));
    expect(outcomes.filter((outcome) => outcome === 'receiving')).toHaveLength(60);
    expect(outcomes.filter((outcome) => outcome === 'too-many-uploads')).toHaveLength(20);
    const [id = ''] = await engine.ledger.inState('receiving');
    await engine.uploads.cancel(id);
    expect(await times(5, () => outcomeOf(begin(1)))).toContain('receiving');
    expect(await engine.ledger.inState('receiving')).toHaveLength(60);
  });

  it('do not count refused ones, and leave no tombstone of one too many', async () => {
    const { name } = clientFile();
    await sendAll(engine, clientFile({ name }));
    for (let index = 0; index < 70; index++)
      expect(await outcomeOf(send(engine, clientFile({ name })))).toBe('name-taken');
    expect(await outcomeOf(begin(1))).toBe('receiving');
    await times(59, () => begin(1));
    await expect(begin(1)).rejects.toMatchObject({ code: 'too-many-uploads', retryAfter: 60 });
    expect(await engine.ledger.inState('failed')).toHaveLength(70);
  });
});

describe('chunks of one upload', () => {
  const place = (start: number) => incoming({ offset: start, length: 1, content: contentOf(bytesOf(1)) });

  it('are as many as they may be, whatever brings them, and what is held stays', async () => {
    const upload = await begin(100);
    for (let index = 0; index < 8; index++) await engine.chunks.write(upload, place(index * 2));
    const now = await engine.uploads.find(upload.id);
    const written = engine.store.calls.length;
    expect(await outcomeOf(engine.chunks.write(now, place(50)).then(() => now))).toBe('too-many-chunks');
    expect(await append(now, 1, bytesOf(1))).toBe('too-many-chunks');
    // Refused before a byte was read.
    expect(engine.store.calls.slice(written)).not.toContain('writeChunk');
    // One that began before there were so many is refused as well.
    expect(await outcomeOf(engine.chunks.write(upload, place(50)).then(() => now))).toBe('too-many-chunks');
    expect(await engine.chunks.write(now, place(4))).not.toBeNull();
    expect(await engine.uploads.find(upload.id)).toMatchObject({ received: 8, chunkCount: 8, state: 'receiving' });
  });

  it('stay few when many small appends follow one another', async () => {
    const bytes = bytesOf(30);
    const upload = await begin(30);
    for (let index = 0; index < 30; index++) await append(upload, index, bytes.subarray(index, index + 1));
    const { file } = await engine.uploads.result(upload.id, 10_000);
    expect(file).toMatchObject({ size: 30, sha256: sha256Of(bytes) });
  });
});

describe('races', () => {
  it('of 50 uploads for the last byte: as many begin as fit, and none more', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const fitting = 1 + (round % 7);
      const { used, reserved } = await engine.usage();
      await engine.setQuota(used + reserved + fitting);
      const uploads = await times(50, () => begin(1).catch(() => null));
      const begun = uploads.filter((upload) => upload !== null);
      expect(begun).toHaveLength(fitting);
      expect((await engine.usage()).reserved).toBe(reserved + fitting);
      await Promise.all(begun.map(({ id }) => engine.uploads.cancel(id)));
      await engine.database.query(`DELETE FROM uploads WHERE state IN ('failed', 'cancelled')`);
    }
  });

  it('of 50 uploads of unknown length: as many bytes are recorded as fit, and none more', async () => {
    for (let round = 0; round < Math.ceil(ROUNDS / 2); round++) {
      await engine.clear();
      await engine.setQuota(70);
      const uploads = await times(50, () => begin(null));
      const outcomes = await Promise.all(uploads.map((upload) => append(upload, 0, bytesOf(10))));
      expect(outcomes.filter((outcome) => outcome === 'receiving')).toHaveLength(7);
      expect(await usage()).toEqual({ used: 0, reserved: 70 });
    }
  });

  it('of beginnings, ends, cancels and deletes of every kind leave no drift', async () => {
    await engine.setQuota(3_000);
    for (let round = 0; round < ROUNDS; round++) {
      await times(30, async (index) => {
        const key = index % 5 === 0 ? { key: null } : {};
        const sha256 = index % 7 === 0 ? 'ab'.repeat(32) : null;
        const file = clientFile({ bytes: bytesOf(100), chunkSize: 50, sha256, ...key });
        const sending = sendAll(engine, file).catch(() => null);
        if (index % 3 === 0) {
          const [id] = await engine.ledger.inState('receiving');
          if (id !== undefined) await engine.uploads.cancel(id).catch(() => undefined);
        }
        const answer = await sending;
        if (index % 2 === 0) await times(2, () => engine.remover.delete(answer?.file?.id ?? ''));
        const { used, reserved } = await engine.usage();
        expect(used + reserved).toBeLessThanOrEqual(3_000);
        expect(await engine.audit.drift()).toEqual({ bytes: 0, uploads: 0 });
      });
    }
  });
});

describe('figures that are wrong', () => {
  it('are told and put right', async () => {
    await sendAll(engine, ofSize(70));
    await begin(60);
    await engine.database.query(`UPDATE spaces SET used_bytes = 7, reserved_bytes = 0`);
    await engine.database.query(`DELETE FROM upload_owners`);
    expect(await engine.audit.recompute()).toEqual({ bytes: 123, uploads: 1 });
    expect(engine.log).toContainEqual(expect.objectContaining({ level: 'error', bytes: 123, uploads: 1 }));
    expect(await engine.audit.recompute()).toEqual({ bytes: 0, uploads: 0 });
    expect(await usage()).toEqual({ used: 70, reserved: 60 });
  });

  it('are put right beside uploads that begin and end', async () => {
    await engine.database.query(`UPDATE spaces SET used_bytes = 7`);
    let going = true;
    const traffic = times(6, async () => {
      while (going) await engine.uploads.cancel((await begin(60)).id);
    });
    await engine.audit.recompute();
    going = false;
    await traffic;
  });
});
