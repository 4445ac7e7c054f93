import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChangePolicy } from '@stowage/contract';
import { bytesOf, contentOf } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { begun, incoming, outcomeOf, type UploadRequest } from '../../test/sending.js';
import { pathsIn } from '../../test/trees.js';
import type { Upload } from './entities/upload.entity.js';

// Real: PostgreSQL, the disk, and the engine as the modules put it together.
let home: Home;
let engine: Engine;

const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  Buffer.from('0000000d49444154789c6300010000050001', 'hex'),
]);

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
});

afterEach(async () => {
  expect(await engine.audit.drift()).toEqual({ bytes: 0, uploads: 0 });
  expect(await engine.usage()).toMatchObject({ reserved: 0 });
  await engine.clear();
  await policy({});
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const policy = (wanted: ChangePolicy) =>
  engine.database.query(`UPDATE spaces SET policy = $2 WHERE id = $1`, [engine.spaceId, JSON.stringify(wanted)]);

function begin(request: Partial<UploadRequest> = {}): Promise<Upload> {
  const plan = { owner: 'built-in', clientKey: null, length: PNG.length, chunkSize: null, name: 'x', path: '' };
  const facts = { mediaType: 'application/octet-stream', declaredSha256: null, resumable: true };
  return begun(engine, { ...plan, ...facts, ...request }, true);
}

async function fill(upload: Upload, bytes: Buffer = PNG) {
  const content = contentOf(bytes);
  await engine.chunks.write(upload, incoming({ offset: 0, length: bytes.length, content, kind: 'append' }));
  return engine.uploads.result(upload.id, 10_000);
}

describe('the policy of a space', () => {
  it('refuses by name, declared type and declared length before a byte flows', async () => {
    await policy({ deniedExtensions: ['exe'], deniedTypes: ['video/*'], maxFileSize: 100 });
    expect(await outcomeOf(begin({ name: 'a.EXE.txt. ' }))).toBe('type-not-allowed');
    expect(await outcomeOf(begin({ mediaType: 'Video/MP4; codecs=x' }))).toBe('type-not-allowed');
    expect(await outcomeOf(begin({ length: 101 }))).toBe('file-too-large');
    expect(await pathsIn(engine.database, engine.spaceId)).toEqual([]);
  });

  it('refuses what the bytes turn out to be, and nothing of it is to be seen', async () => {
    await policy({ deniedTypes: ['image/*'] });
    const upload = await begin({ name: 'x.txt', mediaType: 'text/plain' });
    expect(await outcomeOf(fill(upload))).toBe('content-not-allowed');
    expect((await engine.uploads.find(upload.id)).state).toBe('failed');
    expect(await pathsIn(engine.database, engine.spaceId)).toEqual([]);
  });

  it('takes only bytes that are what was declared, where it says which types it takes', async () => {
    await policy({ allowedTypes: ['text/*', 'image/png'] });
    expect(await outcomeOf(fill(await begin({ mediaType: 'text/plain' })))).toBe('content-not-allowed');
    expect(await fill(await begin({ mediaType: 'image/png' }))).toMatchObject({ complete: true });
    // Whoever declares nothing is asked by the bytes alone.
    expect(await fill(await begin({ name: 'y' }))).toMatchObject({ complete: true });
    const text = await begin({ name: 'z', length: 10, mediaType: 'text/plain' });
    expect(await fill(text, bytesOf(10))).toMatchObject({ complete: true });
  });

  it('is asked again at the end, when it may have changed', async () => {
    const upload = await begin({ name: 'x.exe' });
    await policy({ deniedExtensions: ['exe'] });
    // Held, as one whose name is taken: it can have another.
    expect(await outcomeOf(fill(upload))).toBe('type-not-allowed');
    expect((await engine.uploads.find(upload.id)).state).toBe('receiving');
    const { file } = await engine.changes.complete(upload.id, { name: 'x.png' }, 10_000);
    expect(file).toMatchObject({ name: 'x.png' });
  });

  it('ends an upload without a length at its size', async () => {
    await policy({ maxFileSize: 20 });
    const upload = await begin({ length: null });
    expect(await outcomeOf(fill(upload))).toBe('file-too-large');
    expect((await engine.uploads.find(upload.id)).received).toBe(0);
    await engine.uploads.cancel(upload.id);
  });

  it('says what becomes of a name that is taken when its client does not', async () => {
    await policy({ conflict: 'rename' });
    await fill(await begin({ name: 'x.png' }));
    expect((await fill(await begin({ name: 'x.png' }))).file).toMatchObject({ name: 'x (1).png' });
    expect(await outcomeOf(begin({ name: 'x.png', conflict: 'reject' }))).toBe('name-taken');
  });

  it('keeps what the bytes were found to be, also of an empty file', async () => {
    await fill(await begin());
    const empty = await begin({ name: 'empty', length: 0 });
    await engine.chunks.writeNothing(empty, false);
    expect(await engine.uploads.result(empty.id, 10_000)).toMatchObject({ complete: true });
    const rows = await engine.database.query<object[]>(`SELECT size::int, detected_type FROM blobs ORDER BY size`);
    expect(rows).toEqual([
      { size: 0, detected_type: null },
      { size: PNG.length, detected_type: 'image/png' },
    ]);
  });
});
