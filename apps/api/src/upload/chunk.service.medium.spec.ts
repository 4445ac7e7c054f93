import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, rm } from 'node:fs/promises';
import { brokenContent, bytesOf, contentOf, HeldContent, readAll, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError, watchCalls } from '../../test/file-handles.js';
import {
  begun,
  chunkCount,
  chunkOf,
  clientFile,
  outcomeOf,
  incoming,
  requestOf,
  send,
  sendAll,
  until,
} from '../../test/sending.js';

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home, 20);
});

afterEach(() => {
  jest.restoreAllMocks();
  engine.store.before = () => undefined;
  engine.store.after = () => undefined;
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const indexesOf = (count: number) => Array.from({ length: count }, (_, index) => index);

async function downloaded(fileId: string | undefined): Promise<string | null> {
  const found = await engine.files.find(fileId ?? '');
  if (found === null) return null;
  return sha256Of(await readAll(await engine.storage.store.read(found.blob, { start: 0, end: found.file.size })));
}

const staged = (uploadId: string) => readFile(engine.storage.layout.stagingFile(uploadId)).catch(() => null);

/** Content that must not be touched. */
const untouched = {
  [Symbol.asyncIterator]: () => {
    throw new Error('The content was read.');
  },
};

describe('a file', () => {
  it('lands whole, its chunks in order', async () => {
    const file = clientFile({ bytes: bytesOf(100_003), chunkSize: 10_000 });
    const { complete, file: stored } = await sendAll(engine, file);
    expect(complete).toBe(true);
    expect(stored).toMatchObject({ name: file.name, size: 100_003, sha256: sha256Of(file.bytes) });
    expect(await downloaded(stored?.id)).toBe(sha256Of(file.bytes));
  });

  it('lands whole, its chunks in any order', async () => {
    const file = clientFile({ bytes: bytesOf(100_003), chunkSize: 10_000 });
    const { file: stored } = await sendAll(engine, file, [10, 3, 0, 7, 1, 9, 2, 8, 4, 6, 5]);
    expect(await downloaded(stored?.id)).toBe(sha256Of(file.bytes));
  });

  it('lands once, though every chunk comes 4 times and all at once', async () => {
    const file = clientFile({ bytes: bytesOf(40_000), chunkSize: 5_000 });
    const requests = indexesOf(32).map((index) => send(engine, file, index % 8));
    const answers = await Promise.all(requests);
    const ids = new Set(answers.map(({ upload }) => upload.id));
    expect(ids.size).toBe(1);
    const last = await send(engine, file, 0);
    expect(last.complete).toBe(true);
    expect(await downloaded(last.file?.id)).toBe(sha256Of(file.bytes));
    const rows: unknown[] = await engine.database.query(`SELECT 1 FROM entries WHERE upload_id = $1`, [last.upload.id]);
    expect(rows).toHaveLength(1);
  });

  it('lands once, though its last chunk comes 16 times at once', async () => {
    const file = clientFile();
    for (const index of [0, 1, 2, 3, 4]) await send(engine, file, index);
    const answers = await Promise.all(indexesOf(16).map(() => send(engine, file, 5)));
    expect(new Set(answers.map(({ file: stored }) => stored?.id)).size).toBe(1);
    expect(answers.every(({ complete }) => complete)).toBe(true);
  });

  it('of no bytes is a file as well', async () => {
    const { complete, file } = await send(engine, clientFile({ bytes: Buffer.alloc(0) }));
    expect(complete).toBe(true);
    expect(file).toMatchObject({ size: 0, sha256: sha256Of(Buffer.alloc(0)) });
  });

  it('of no bytes lands once, though it comes 16 times at once and some of them break off', async () => {
    for (let round = 0; round < 5; round++) {
      const file = clientFile({ bytes: Buffer.alloc(0) });
      const requests = indexesOf(16).map((index) =>
        outcomeOf(send(engine, file, 0, index % 2 ? { content: contentOf('too long') } : {})),
      );
      const outcomes = await Promise.all(requests);
      expect(outcomes.filter((outcome) => outcome === 'complete').length).toBeGreaterThanOrEqual(8);
      expect(await outcomeOf(send(engine, file))).toBe('complete');
    }
  });

  it('may come as one form', async () => {
    const file = clientFile({ key: null, bytes: bytesOf(50_000) });
    const { file: stored, upload } = await send(engine, file);
    expect(upload).toMatchObject({ state: 'complete', length: 50_000, received: 50_000 });
    expect(await downloaded(stored?.id)).toBe(sha256Of(file.bytes));
  });
});

describe('a chunk that is held', () => {
  it('is neither read nor written again', async () => {
    const file = clientFile();
    await send(engine, file, 2);
    const writes = engine.store.calls.filter((call) => call === 'writeChunk').length;
    const answer = await send(engine, file, 2, { content: untouched });
    expect(answer.upload).toMatchObject({ state: 'receiving', received: 10 });
    expect(engine.store.calls.filter((call) => call === 'writeChunk')).toHaveLength(writes);
  });

  it('is answered with the file once there is one', async () => {
    const file = clientFile();
    const { file: stored } = await sendAll(engine, file);
    for (const index of indexesOf(6)) {
      const answer = await send(engine, file, index, { content: untouched });
      expect(answer).toMatchObject({ complete: true, file: stored });
    }
  });

  it('is what the first request sent, whatever a second one brings', async () => {
    const file = clientFile();
    await send(engine, file, 0);
    await send(engine, file, 0, { content: contentOf(bytesOf(10)) });
    const { file: stored } = await sendAll(engine, file, [1, 2, 3, 4, 5]);
    expect(await downloaded(stored?.id)).toBe(sha256Of(file.bytes));
  });
});

describe('bytes are held', () => {
  it('after they are synced, and reported after they are recorded', async () => {
    const order: string[] = [];
    await watchCalls('datasync', () => void order.push('datasync'));
    const query = engine.database.query.bind(engine.database);
    jest.spyOn(engine.database, 'query').mockImplementation(async (text, values) => {
      const records = text.includes('INSERT INTO chunks');
      if (records) order.push('record begins');
      const result = await query<unknown>(text, values);
      if (records) order.push('record ends');
      return result;
    });
    engine.store.after = (call) => void order.push(`${call} returned`);
    await send(engine, clientFile(), 3);
    order.push('answer');
    expect(order).toEqual(['datasync', 'writeChunk returned', 'record begins', 'record ends', 'answer']);
  });

  it('never when they could not be synced: the upload ends, and can be sent again', async () => {
    const file = clientFile();
    const { upload } = await send(engine, file, 0);
    await watchCalls('datasync', () => {
      throw systemError('EIO', 'fdatasync');
    });
    expect(await outcomeOf(send(engine, file, 1))).toBe('bytes-lost');
    jest.restoreAllMocks();
    expect(await outcomeOf(send(engine, file, 2))).toBe('bytes-lost');
    expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'failed', reason: 'bytes-lost' });
    expect(await staged(upload.id)).toBeNull();
    expect((await sendAll(engine, file)).complete).toBe(true);
  });

  it('never when they could not be recorded', async () => {
    const file = clientFile();
    await send(engine, file, 0);
    jest.spyOn(engine.chunkLedger, 'record').mockRejectedValueOnce(systemError('ECONNRESET', 'read'));
    expect(await outcomeOf(send(engine, file, 1))).toBe('ECONNRESET');
    expect((await send(engine, file, 0)).upload.received).toBe(10);
    const { file: stored } = await sendAll(engine, file);
    expect(await downloaded(stored?.id)).toBe(sha256Of(file.bytes));
  });
});

describe('a first request that fails', () => {
  it.each([
    ['its client vanishes', () => brokenContent(new Error('gone'), 'abc')],
    ['it is too short', () => contentOf('abc')],
    ['it is too long', () => contentOf(bytesOf(11))],
  ])('leaves no row and no byte when %s', async (_, content) => {
    const file = clientFile();
    const before = await engine.storage.store.staged();
    await send(engine, file, 0, { content: content() }).catch(() => undefined);
    expect(await engine.ledger.findByKey('built-in', file.key ?? '')).toBeNull();
    expect(await engine.storage.store.staged()).toEqual(before);
    expect((await sendAll(engine, file)).complete).toBe(true);
  });

  it('leaves nothing of a plain form either', async () => {
    const before = await engine.ledger.inState('receiving');
    const file = clientFile({ key: null });
    await send(engine, file, 0, { content: brokenContent(new Error('gone'), 'abc') }).catch(() => undefined);
    expect(await engine.ledger.inState('receiving')).toEqual(before);
  });

  it('leaves alone what another request writes meanwhile', async () => {
    const file = clientFile({ bytes: bytesOf(20) });
    const held = new HeldContent(chunkOf(file, 1).subarray(0, 4), chunkOf(file, 1).subarray(4));
    const good = send(engine, file, 1, { content: held.content });
    await held.asked;
    await send(engine, file, 0, { content: contentOf('short') }).catch(() => undefined);
    held.goOn();
    expect((await good).upload).toMatchObject({ state: 'receiving', received: 10 });
    expect((await send(engine, file, 0)).complete).toBe(true);
  });

  it('does not take away what was held before', async () => {
    const file = clientFile();
    await send(engine, file, 4);
    await send(engine, file, 0, { content: contentOf('short') }).catch(() => undefined);
    expect((await send(engine, file, 4)).upload.received).toBe(10);
  });

  it('tells its own fault, also when the rest cannot be removed now', async () => {
    const file = clientFile();
    engine.store.before = (call) => {
      if (call === 'discard') throw systemError('EIO');
    };
    expect(await outcomeOf(send(engine, file, 0, { content: contentOf('short') }))).toBe('size-mismatch');
    expect(engine.log.at(-1)).toMatchObject({
      level: 'warn',
      msg: 'the remains of a failed request could not be removed',
    });
    engine.store.before = () => undefined;
    expect((await sendAll(engine, file)).complete).toBe(true);
  });
});

describe('two writers of the same bytes', () => {
  it('never mix: the second writes after the first has ended', async () => {
    const file = clientFile({ bytes: bytesOf(20_000), chunkSize: 20_000 });
    const other = bytesOf(20_000);
    const held = new HeldContent(other.subarray(0, 10_000), other.subarray(10_000));
    const first = send(engine, file, 0, { content: held.content, waitMs: 0 });
    await held.asked;
    const second = send(engine, file, 0);
    held.goOn();
    await first;
    // The first was whole, so its bytes are the file; the second was not read.
    expect((await second).file?.sha256).toBe(sha256Of(other));
  });

  it('never mix when the first has stalled: it is stopped, and the second writes everything', async () => {
    const file = clientFile({ bytes: bytesOf(20_000), chunkSize: 20_000 });
    const held = new HeldContent(bytesOf(10_000), bytesOf(10_000));
    const first = outcomeOf(send(engine, file, 0, { content: held.content }));
    await held.asked;
    const answer = await send(engine, file, 0);
    expect(await first).toBe('superseded');
    expect(await downloaded(answer.file?.id)).toBe(sha256Of(file.bytes));
  });
});

describe('a range whose lease could not be given back', () => {
  it('is nobody else’s until the database has said that it is', async () => {
    const file = clientFile();
    await send(engine, file, 0);
    const [release, claim] = [jest.spyOn(engine.chunkLedger, 'release'), jest.spyOn(engine.chunkLedger, 'claim')];
    release.mockRejectedValueOnce(new Error('The connection broke.'));
    await expect(
      send(engine, file, 1, { content: brokenContent(new Error('gone'), Buffer.from('x')) }),
    ).rejects.toThrow();
    expect([release.mock.calls.length, claim.mock.calls.length]).toEqual([1, 1]);
    expect((await send(engine, file, 1)).upload.received).toBe(20);
    const [, again = 0] = release.mock.invocationCallOrder;
    expect(again).toBeGreaterThan(0);
    expect(claim.mock.invocationCallOrder[1]).toBeGreaterThan(again);
  });
});

describe('recorded bytes that are gone from the disk', () => {
  it('end the upload with a truthful answer, and the file can be sent again', async () => {
    const file = clientFile();
    const { upload } = await send(engine, file, 0);
    await rm(engine.storage.layout.stagingFile(upload.id));
    expect(await outcomeOf(send(engine, file, 1))).toBe('bytes-missing');
    expect(await outcomeOf(send(engine, file, 2))).toBe('bytes-missing');
    expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'failed', reason: 'bytes-missing' });
    const { file: stored } = await sendAll(engine, file);
    expect(await downloaded(stored?.id)).toBe(sha256Of(file.bytes));
  });
});

describe('a chunk of 1 TiB', () => {
  it('is accepted at the beginning, in the middle and at the end, and costs what was sent', async () => {
    const length = 1024 ** 4;
    const chunkSize = 1024 ** 2;
    const request = { ...requestOf(clientFile()), length, chunkSize };
    const upload = await begun(engine, request, true);
    for (const offset of [0, length / 2, length - chunkSize]) {
      const chunk = incoming({ offset, length: chunkSize, content: contentOf(bytesOf(chunkSize)) });
      expect(await engine.chunks.write(upload, chunk)).not.toBeNull();
    }
    const status = await engine.uploads.status(upload.id);
    expect(status).toMatchObject({ offset: chunkSize, upload: { received: 3 * chunkSize } });
    expect(status.missing).toEqual([
      { start: chunkSize, end: length / 2 },
      { start: length / 2 + chunkSize, end: length - chunkSize },
    ]);
    await engine.uploads.cancel(upload.id);
    expect(await engine.storage.store.staged()).not.toContain(upload.id);
  });
});

describe('the log', () => {
  it('has a line for each chunk and each file, by id, and never a name', async () => {
    const file = clientFile({ name: 'Gehaltsliste.xlsx', path: 'Personal/Geheim', bytes: bytesOf(20) });
    const from = engine.log.length;
    const { upload, file: stored } = await sendAll(engine, file);
    await until(() => engine.log.some(({ msg, uploadId }) => msg === 'file complete' && uploadId === upload.id));
    const lines = engine.log.slice(from).filter(({ uploadId }) => uploadId === upload.id);
    expect(lines).toEqual([
      expect.objectContaining({ level: 'debug', msg: 'chunk 1 of 2', bytes: 10, ms: expect.any(Number) }),
      expect.objectContaining({ level: 'debug', msg: 'chunk 2 of 2', bytes: 10 }),
      expect.objectContaining({
        level: 'info',
        msg: 'file complete',
        fileId: stored?.id,
        size: 20,
        ms: expect.any(Number),
      }),
    ]);
    expect(JSON.stringify(engine.log)).not.toMatch(/Gehaltsliste|Personal|Geheim/u);
    expect(chunkCount(file)).toBe(2);
  });
});
