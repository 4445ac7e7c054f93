import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { DigestAlgorithm, UploadStatus } from '@stowage/contract';
import { brokenContent, bytesOf, contentOf, HeldContent, readAll, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { begun, clientFile, incoming, open, outcomeOf, requestOf, until, type ClientFile } from '../../test/sending.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { BodyDigest } from './body-digest.js';
import type { IncomingBytes } from './chunk.service.js';
import type { Upload } from './entities/upload.entity.js';
import type { ContentCheck } from './incoming-body.js';

/* Real: PostgreSQL, the disk. */

const MIB = 1024 * 1024;

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home, 20);
});

afterEach(() => {
  jest.restoreAllMocks();
  engine.store.before = () => undefined;
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

let file: ClientFile;
let upload: Upload;

beforeEach(async () => {
  file = clientFile({ bytes: bytesOf(1_000), chunkSize: 100 });
  upload = await open(engine, file);
});

/** The file's bytes from one place to another, as an append or a chunk. */
function part(start: number, end: number, facts: Partial<IncomingBytes> = {}): IncomingBytes {
  return incoming({
    offset: start,
    length: end - start,
    content: contentOf(file.bytes.subarray(start, end)),
    ...facts,
  });
}

/** What writing ends with: a problem's code, else the state of the upload. */
async function write(bytes: IncomingBytes, to = upload): Promise<string> {
  return outcomeOf(engine.chunks.write(to, bytes).then(() => engine.uploads.find(to.id)));
}

const append = (start: number, end: number, facts: Partial<IncomingBytes> = {}) =>
  write(part(start, end, { kind: 'append', ...facts }));

const status = (): Promise<UploadStatus> => engine.uploads.status(upload.id);

async function storedDigest(id = upload.id): Promise<string> {
  const { file: stored } = await engine.uploads.result(id, 10_000);
  const found = await engine.files.find(stored?.id ?? '');
  if (found === null) throw new Error('There is no file.');
  return sha256Of(await readAll(await engine.storage.store.read(found.blob, { start: 0, end: found.file.size })));
}

/** Declares the digest of some bytes, as a protocol would. */
function declares(bytes: Buffer, algorithm: DigestAlgorithm = 'sha-256'): ContentCheck {
  const value = createHash(algorithm.replace('-', '')).update(bytes).digest('base64');
  return new BodyDigest([{ algorithm, value }]);
}

describe('appends', () => {
  it('make the file, whatever their sizes', async () => {
    for (const [start, end] of [
      [0, 1],
      [1, 700],
      [700, 700],
      [700, 1_000],
    ] as const) {
      await append(start, end);
    }
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('begin where the held bytes end, and nowhere else', async () => {
    await append(0, 100);
    for (const offset of [0, 50, 101, 500]) expect(await append(offset, 600)).toBe('offset-conflict');
    expect((await status()).upload.received).toBe(100);
    expect(await append(100, 1_000)).not.toBe('offset-conflict');
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('keep what came when they break off', async () => {
    const content = brokenContent(new Error('gone'), file.bytes.subarray(0, 300), file.bytes.subarray(300, 420));
    await expect(engine.chunks.write(upload, part(0, 1_000, { kind: 'append', content }))).rejects.toThrow('gone');
    expect(await status()).toMatchObject({ offset: 420, missing: [{ start: 420, end: 1_000 }] });
    await append(420, 1_000);
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('keep what came when they are shorter than they said', async () => {
    expect(await append(0, 500, { content: contentOf(file.bytes.subarray(0, 200)) })).toBe('size-mismatch');
    expect((await status()).offset).toBe(200);
  });

  it('that go past the end do not complete the file', async () => {
    const content = contentOf(file.bytes, 'and more');
    expect(await append(0, 1_000, { length: null, content })).toBe('size-mismatch');
    expect(await status()).toMatchObject({ offset: 0, upload: { state: 'receiving' } });
    expect(await append(0, 1_001)).toBe('size-mismatch');
    await append(0, 1_000, { length: null });
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('write and record only what chunks have not brought already', async () => {
    await write(part(300, 400));
    await write(part(600, 700));
    const first = await engine.chunkLedger.ranges(upload.id);
    // Other bytes where some are held: those that are recorded stay.
    const mixed = Buffer.from(file.bytes);
    mixed.fill(0, 300, 400);
    await append(0, 1_000, { content: contentOf(mixed.subarray(0, 350), mixed.subarray(350)) });
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
    expect(first).toHaveLength(2);
  });

  it('may end where held bytes begin, and be followed from where these end', async () => {
    await write(part(300, 400));
    await append(0, 300);
    expect((await status()).offset).toBe(400);
    await append(400, 1_000);
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('make an empty file', async () => {
    file = clientFile({ bytes: Buffer.alloc(0) });
    upload = await open(engine, file);
    await append(0, 0);
    expect((await engine.uploads.result(upload.id, 10_000)).file?.sha256).toBe(sha256Of(Buffer.alloc(0)));
  });

  it('make a file of unknown length only when somebody says that it is all', async () => {
    const unknown = await begun(engine, { ...requestOf(clientFile()), length: null, chunkSize: null }, true);
    await write(part(0, 500, { kind: 'append' }), unknown);
    expect(await write(part(500, 1_000, { kind: 'append' }), unknown)).toBe('receiving');
    expect(await engine.uploads.find(unknown.id)).toMatchObject({ received: 1_000, length: null });
  });

  it('are recorded every 8 MiB, so that a crash costs no more', async () => {
    file = clientFile({ bytes: bytesOf(20 * MIB) });
    upload = await open(engine, file);
    const held = new HeldContent(file.bytes.subarray(0, 17 * MIB), file.bytes.subarray(17 * MIB));
    const appending = append(0, 20 * MIB, { content: held.content });
    await until(async () => (await status()).offset === 16 * MIB);
    held.goOn();
    await appending;
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('are recorded after 5 s, however slow they come', async () => {
    const held = new HeldContent(file.bytes.subarray(0, 10), file.bytes.subarray(10));
    const appending = append(0, 1_000, { content: held.content });
    await held.asked;
    expect((await status()).offset).toBe(0);
    await until(async () => (await status()).offset === 10);
    held.goOn();
    await appending;
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('hand over to the newest, which finds what the one before has brought', async () => {
    const held = new HeldContent(file.bytes.subarray(0, 250), file.bytes.subarray(250));
    const first = append(0, 1_000, { content: held.content });
    await held.asked;
    // The newcomer cannot know yet where it will be able to go on.
    expect(await append(0, 1_000)).toBe('offset-conflict');
    expect(await first).toBe('superseded');
    expect((await status()).offset).toBe(250);
    await append(250, 1_000);
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('keep what came when the server stops', async () => {
    const held = new HeldContent(file.bytes.subarray(0, 250), file.bytes.subarray(250));
    const first = append(0, 1_000, { content: held.content });
    await held.asked;
    engine.leases.stopEverything(new ProblemError('shutting-down', 'Go on later.'));
    expect(await first).toBe('shutting-down');
    expect((await status()).offset).toBe(250);
  });

  it('go on, once there is room again, from what was recorded', async () => {
    await append(0, 100);
    engine.store.before = (call) => {
      if (call === 'writeChunk') throw new ProblemError('storage-full', 'The disk is full.');
    };
    expect(await append(100, 1_000)).toBe('storage-full');
    engine.store.before = () => undefined;
    expect((await status()).offset).toBe(100);
    await append(100, 1_000);
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('leave no lease behind, however they end', async () => {
    await append(0, 100);
    await append(50, 100);
    await append(100, 500, { content: brokenContent(new Error('gone'), 'abc') }).catch(() => undefined);
    await append(103, 1_001);
    await write(part(900, 1_000, { content: contentOf('short') }));
    await write(part(900, 1_000));
    await write(part(900, 1_000));
    await write(part(900, 950));
    expect(await engine.database.query(`SELECT * FROM upload_leases WHERE upload_id = $1`, [upload.id])).toEqual([]);
  });
});

describe('a declared digest', () => {
  it.each(['chunk', 'append'] as const)('of a %s is checked before anything is recorded', async (kind) => {
    const check = declares(file.bytes.subarray(0, 400));
    const content = contentOf(file.bytes.subarray(0, 300), file.bytes.subarray(300, 399), 'x');
    expect(await write(part(0, 400, { kind, content, check }))).toBe('digest-mismatch');
    expect(await status()).toMatchObject({ offset: 0, upload: { received: 0, state: 'receiving' } });
    await write(part(0, 400, { kind, check: declares(file.bytes.subarray(0, 400)) }));
    expect((await status()).offset).toBe(400);
  });

  it('covers the whole body, also where it is held already', async () => {
    await write(part(100, 200));
    const mixed = Buffer.from(file.bytes.subarray(0, 300));
    mixed.fill(0, 100, 200);
    // Wrong where nothing would be written.
    const wrong = { content: contentOf(mixed), check: declares(file.bytes.subarray(0, 300)) };
    expect(await write(part(0, 300, wrong))).toBe('digest-mismatch');
    expect((await status()).upload.received).toBe(100);
    await write(part(0, 300, { check: declares(file.bytes.subarray(0, 300)) }));
    expect((await status()).offset).toBe(300);
  });

  it('of a range that is held with another one is a conflict, and the first stays', async () => {
    const check = declares(file.bytes.subarray(0, 100));
    await write(part(0, 100, { check }));
    const other = bytesOf(100);
    expect(await write(part(0, 100, { content: contentOf(other), check: declares(other) }))).toBe('chunk-conflict');
    for (const same of [check, declares(file.bytes.subarray(0, 100), 'sha-512')]) {
      expect(await write(part(0, 100, { check: same }))).toBe('receiving');
    }
    await append(100, 1_000);
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('loses all of an append that breaks off, since nothing of it was checked', async () => {
    const content = brokenContent(new Error('gone'), file.bytes.subarray(0, 300));
    const check = declares(file.bytes);
    await expect(engine.chunks.write(upload, part(0, 1_000, { kind: 'append', content, check }))).rejects.toThrow(
      'gone',
    );
    expect((await status()).offset).toBe(0);
  });
});

describe('a range of any place and length', () => {
  it('makes the file, in whatever order ranges come and overlap', async () => {
    for (const [start, end] of [
      [500, 1_000],
      [450, 550],
      [0, 10],
      [5, 480],
      [0, 1_000],
    ] as const) {
      await write(part(start, end));
    }
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('never writes where bytes are held', async () => {
    await write(part(400, 500));
    await write(part(200, 800, { content: contentOf(Buffer.alloc(600)) }));
    const rest = [part(0, 200), part(800, 1_000)];
    for (const bytes of rest) await write(bytes);
    const expected = Buffer.from(file.bytes);
    expected.fill(0, 200, 400).fill(0, 500, 800);
    expect(await storedDigest()).toBe(sha256Of(expected));
  });

  it('is refused beyond the end of the file', async () => {
    expect(await write(part(900, 1_001))).toBe('size-mismatch');
    expect(await write(incoming({ offset: 1_001, length: 0 }))).toBe('size-mismatch');
  });

  it('goes on where its bytes end after the answer to their record was lost', async () => {
    expect(await append(0, 100)).toBe('receiving');
    const record = engine.chunkLedger.record.bind(engine.chunkLedger);
    jest.spyOn(engine.chunkLedger, 'record').mockImplementationOnce(async (...values) => {
      await record(...values);
      throw new ProblemError('database-unavailable', 'The connection broke.');
    });
    expect(await append(100, 200)).toBe('database-unavailable');
    expect((await status()).upload.received).toBe(200);
    expect(await append(200, 1_000)).not.toBe('offset-conflict');
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });

  it('is not acknowledged when the right to write it was lost meanwhile', async () => {
    const held = new HeldContent(file.bytes.subarray(0, 50), file.bytes.subarray(50, 100));
    const writing = write(part(0, 100, { content: held.content }));
    await held.asked;
    await engine.chunkLedger.releaseAll();
    held.goOn();
    expect(await writing).toBe('chunk-busy');
    expect((await status()).upload.received).toBe(0);
    await write(part(0, 1_000));
    expect(await storedDigest()).toBe(sha256Of(file.bytes));
  });
});
