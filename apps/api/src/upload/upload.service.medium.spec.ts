import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { uploadResultSchema, uploadStatusSchema } from '@stowage/contract';
import { bytesOf, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { clientFile, open, outcomeOf, send, sendAll, until, type ClientFile } from '../../test/sending.js';
import { newId } from '../platform/database/ids.js';

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home, 20);
});

beforeEach(() => engine.clear());

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const byKey = (file: ClientFile) => engine.ledger.findByKey('built-in', file.key ?? '');
const uploadsMade = async () => {
  const [row] = await engine.database.query<{ count: string }[]>('SELECT count(*) FROM uploads');
  return Number(row?.count);
};

/** A file whose first request was refused because its name was taken; and the file that has the name. */
async function refused() {
  const { file: taken } = await sendAll(engine, clientFile({ name: 'report.pdf' }));
  const file = clientFile({ name: 'REPORT.pdf' });
  expect(await outcomeOf(send(engine, file, 0))).toBe('name-taken');
  return { file, remove: () => engine.remover.delete(taken?.id ?? '') };
}

describe('beginning an upload', () => {
  it('is done once for a key, by however many first requests', async () => {
    const file = clientFile();
    const made = await Promise.all(Array.from({ length: 16 }, (_, index) => open(engine, file, index % 6)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await uploadsMade()).toBe(1);
  });

  it('is done once for each form without a key', async () => {
    const form = clientFile({ key: null });
    expect((await open(engine, form)).id).not.toBe((await open(engine, form)).id);
  });

  it('gives ids that tell nothing and are never the client’s', async () => {
    const file = clientFile({ key: 'x'.repeat(22) });
    const { id } = await open(engine, file);
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/u);
    expect(id).not.toBe(file.key);
  });

  it('does not block the name for others', async () => {
    const first = clientFile({ name: 'report.pdf' });
    await send(engine, first, 0);
    expect((await sendAll(engine, clientFile({ name: 'report.pdf' }))).complete).toBe(true);
  });
});

describe('a name that is taken', () => {
  it('is refused before a byte is read, and costs a tombstone', async () => {
    await sendAll(engine, clientFile({ name: 'Grün.txt', path: 'a' }));
    const file = clientFile({ name: 'gru\u0308n.TXT', path: 'A' });
    const content = {
      [Symbol.asyncIterator]: () => {
        throw new Error('The content was read.');
      },
    };
    expect(await outcomeOf(send(engine, file, 0, { content }))).toBe('name-taken');
    expect(await byKey(file)).toMatchObject({ state: 'failed', reason: 'name-taken', received: 0 });
    expect(await engine.storage.store.staged()).toEqual([]);
  });

  it('is refused in words that people know', async () => {
    const { file } = await refused();
    await expect(send(engine, file, 0)).rejects.toThrow('File already exists');
  });

  it('stays refused for every late chunk, also when the name is free by then', async () => {
    const { file, remove } = await refused();
    await remove();
    for (const index of [1, 2, 5]) expect(await outcomeOf(send(engine, file, index))).toBe('name-taken');
    expect(await uploadsMade()).toBe(2);
  });

  it('is asked for again by index 0 alone', async () => {
    const { file, remove } = await refused();
    const tombstone = await byKey(file);
    expect(await outcomeOf(send(engine, file, 0))).toBe('name-taken');
    expect((await byKey(file))?.id).toBe(tombstone?.id);
    await remove();
    const { upload } = await send(engine, file, 0);
    expect(upload).toMatchObject({ state: 'receiving', received: 10 });
    expect(upload.id).not.toBe(tombstone?.id);
    expect((await sendAll(engine, file, [1, 2, 3, 4, 5])).complete).toBe(true);
  });

  it('is refused to a form without a key, which leaves nothing at all', async () => {
    await sendAll(engine, clientFile({ name: 'report.pdf' }));
    const before = await uploadsMade();
    expect(await outcomeOf(send(engine, clientFile({ name: 'report.pdf', key: null })))).toBe('name-taken');
    expect(await uploadsMade()).toBe(before);
  });

  it('does not refuse chunks of an upload that was begun before', async () => {
    const file = clientFile({ name: 'report.pdf' });
    await send(engine, file, 0);
    await sendAll(engine, clientFile({ name: 'report.pdf' }));
    expect(await outcomeOf(send(engine, file, 1))).toBe('receiving');
  });

  it('is told apart from a path that is none', async () => {
    await sendAll(engine, clientFile({ name: 'docs' }));
    const file = clientFile({ path: 'docs' });
    expect(await outcomeOf(send(engine, file, 0))).toBe('path-not-a-folder');
    expect(await outcomeOf(send(engine, file, 1))).toBe('path-not-a-folder');
  });

  it('can become another refusal when it is asked again', async () => {
    const { file, remove } = await refused();
    await remove();
    await sendAll(engine, clientFile({ name: 'folder' }));
    expect(await outcomeOf(send(engine, { ...file, path: 'folder' }, 0))).toBe('path-not-a-folder');
    expect(await byKey(file)).toMatchObject({ state: 'failed', reason: 'path-not-a-folder' });
  });
});

describe('the same key with other values', () => {
  const changes: [string, Partial<ClientFile>][] = [
    ['length', { bytes: bytesOf(55) }],
    ['chunkSize', { chunkSize: 12 }],
    ['name', { name: 'other.bin' }],
    ['path', { path: 'other' }],
  ];

  it.each(changes)('is refused: another %s', async (what, change) => {
    const file = clientFile();
    await send(engine, file, 0);
    for (const index of [0, 1]) {
      const request = open(engine, { ...file, ...change }, index);
      await expect(request).rejects.toMatchObject({ code: 'upload-mismatch', message: expect.stringContaining(what) });
    }
    expect((await byKey(file))?.received).toBe(10);
  });

  it.each(changes)('is refused for a file that is complete as well: another %s', async (_, change) => {
    const file = clientFile();
    await sendAll(engine, file);
    expect(await outcomeOf(open(engine, { ...file, ...change }))).toBe('upload-mismatch');
  });

  it('names everything that differs', async () => {
    const file = clientFile();
    await open(engine, file);
    const request = open(engine, { ...file, name: 'x', path: 'y', chunkSize: 12 });
    await expect(request).rejects.toThrow(/chunkSize, name, path/u);
  });

  it('takes names that differ only in spelling for other names', async () => {
    const file = clientFile({ name: 'a.bin' });
    await open(engine, file);
    expect(await outcomeOf(open(engine, { ...file, name: 'A.bin' }))).toBe('upload-mismatch');
  });
});

describe('a digest', () => {
  const [A, B] = ['aa'.repeat(32), 'bb'.repeat(32)];

  it('may be declared by any chunk, once', async () => {
    const file = clientFile();
    await open(engine, file);
    await open(engine, { ...file, sha256: A }, 3);
    await open(engine, file, 1);
    await open(engine, { ...file, sha256: A }, 2);
    expect((await byKey(file))?.declaredSha256).toBe(A);
    const request = open(engine, { ...file, sha256: B }, 2);
    await expect(request).rejects.toMatchObject({
      code: 'upload-mismatch',
      message: expect.stringContaining('sha256'),
    });
  });

  it('is declared by one of several that say different things at once', async () => {
    for (let round = 0; round < 10; round++) {
      const file = clientFile();
      await open(engine, file);
      const outcomes = await Promise.all(
        [A, B, A, B].map((sha256, index) => outcomeOf(open(engine, { ...file, sha256 }, index))),
      );
      expect(outcomes.sort()).toEqual(['receiving', 'receiving', 'upload-mismatch', 'upload-mismatch']);
    }
  });

  it('that is not the one of the file is refused after completion too', async () => {
    const file = clientFile();
    await sendAll(engine, file);
    expect(await outcomeOf(send(engine, { ...file, sha256: sha256Of(file.bytes) }, 5))).toBe('complete');
    expect(await outcomeOf(send(engine, { ...file, sha256: A }, 5))).toBe('upload-mismatch');
  });
});

describe('what is told of an upload', () => {
  it('is its state and what is missing', async () => {
    const file = clientFile({ path: 'a/b' });
    await send(engine, file, 0);
    await send(engine, file, 1);
    const { upload } = await send(engine, file, 4);
    const status = await engine.uploads.status(upload.id);
    expect(uploadStatusSchema.parse(status)).toEqual(status);
    expect(status).toMatchObject({
      upload: { id: upload.id, state: 'receiving', length: 60, received: 30, name: file.name, path: 'a/b' },
      complete: false,
      offset: 20,
      missing: [
        { start: 20, end: 40 },
        { start: 50, end: 60 },
      ],
      missingTruncated: false,
    });
  });

  it('is the file once there is one', async () => {
    const file = clientFile();
    const result = await sendAll(engine, file);
    expect(uploadResultSchema.parse(result)).toEqual(result);
    const status = await engine.uploads.status(result.upload.id);
    expect(status).toMatchObject({ complete: true, file: result.file, offset: 60, missing: [] });
  });

  it('is that it is complete, also after its file was deleted', async () => {
    const file = clientFile();
    const { upload, file: stored } = await sendAll(engine, file);
    await engine.remover.delete(stored?.id ?? '');
    const answer = await send(engine, file, 0);
    expect(answer).toMatchObject({ upload: { id: upload.id, state: 'complete' }, complete: true });
    expect(answer).not.toHaveProperty('file');
  });

  it('is bounded, however many ranges are missing', async () => {
    const file = clientFile({ bytes: bytesOf(40_004), chunkSize: 2 });
    const { id } = await open(engine, file);
    await engine.database.query(
      `INSERT INTO chunks (upload_id, "offset", length) SELECT $1, n * 4, 2 FROM generate_series(0, 10000) n`,
      [id],
    );
    const status = await engine.uploads.status(id);
    expect(status.missing).toHaveLength(10_000);
    expect(status.missingTruncated).toBe(true);
    expect(status.missing[0]).toEqual({ start: 2, end: 4 });
  });

  it('is nothing of one that is not there', async () => {
    const { uploads } = engine;
    for (const ask of [() => uploads.status(newId()), () => uploads.result(newId(), 0), () => uploads.find(newId())]) {
      await expect(ask()).rejects.toMatchObject({ code: 'upload-not-found' });
    }
  });
});

describe('cancelling', () => {
  it('removes the bytes and keeps the refusal, which index 0 lifts', async () => {
    const file = clientFile();
    const { upload } = await send(engine, file, 0);
    await engine.uploads.cancel(upload.id);
    expect(await engine.storage.store.staged()).toEqual([]);
    expect(await engine.uploads.status(upload.id)).toMatchObject({ upload: { state: 'cancelled' }, missing: [] });
    for (const index of [1, 5]) expect(await outcomeOf(send(engine, file, index))).toBe('upload-cancelled');
    const again = await send(engine, file, 0);
    expect(again.upload).toMatchObject({ state: 'receiving', received: 10 });
    expect((await sendAll(engine, file)).complete).toBe(true);
  });

  it('can be done again, and after another end', async () => {
    const file = clientFile();
    const { upload } = await send(engine, file, 0);
    for (let round = 0; round < 2; round++) await engine.uploads.cancel(upload.id);
    const { file: tombstone } = await refused();
    const failed = await byKey(tombstone);
    await engine.uploads.cancel(failed?.id ?? '');
    expect((await byKey(tombstone))?.state).toBe('failed');
  });

  it('is refused for a file, and for nothing', async () => {
    const { upload } = await sendAll(engine, clientFile());
    await expect(engine.uploads.cancel(upload.id)).rejects.toMatchObject({ code: 'upload-finished' });
    await expect(engine.uploads.cancel(newId())).rejects.toMatchObject({ code: 'upload-not-found' });
  });

  it('ends in one of two ways when it races the last chunk', async () => {
    const outcomes: string[] = [];
    for (let round = 0; round < 15; round++) {
      const file = clientFile({ bytes: bytesOf(20) });
      const { upload } = await send(engine, file, 0);
      const [last, cancelled] = await Promise.all([
        outcomeOf(send(engine, file, 1)),
        outcomeOf(engine.uploads.cancel(upload.id).then(() => engine.uploads.find(upload.id))),
      ]);
      outcomes.push(`${last} ${cancelled}`);
      if (last === 'upload-cancelled')
        await until(async () => !(await engine.storage.store.staged()).includes(upload.id));
    }
    expect(['complete upload-finished', 'upload-cancelled cancelled']).toEqual(
      expect.arrayContaining([...new Set(outcomes)]),
    );
  });

  it('is logged once, by id', async () => {
    const { upload } = await send(engine, clientFile(), 0);
    for (let round = 0; round < 2; round++) await engine.uploads.cancel(upload.id);
    expect(engine.log.filter(({ msg, uploadId }) => msg === 'upload cancelled' && uploadId === upload.id)).toHaveLength(
      1,
    );
  });
});

describe('a key that is begun and removed over and over', () => {
  it('is not tried forever', async () => {
    const create = jest.spyOn(engine.ledger, 'create').mockResolvedValue(null);
    await expect(open(engine, clientFile())).rejects.toMatchObject({ code: 'overloaded', retryAfter: 1 });
    expect(create).toHaveBeenCalledTimes(10);
    create.mockRestore();
  });
});
