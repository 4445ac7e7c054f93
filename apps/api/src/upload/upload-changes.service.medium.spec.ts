import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { brokenContent, bytesOf, contentOf, HeldContent } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { begun, incoming, outcomeOf, type UploadRequest } from '../../test/sending.js';
import type { Upload } from './entities/upload.entity.js';

// Real: PostgreSQL, the disk, and the engine as the modules put it together.
let home: Home;
let engine: Engine;
let made = 0;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
});

afterEach(() => engine.clear());

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

function begin(request: Partial<UploadRequest> = {}): Promise<Upload> {
  const plan = { owner: 'built-in', clientKey: null, length: 10, chunkSize: null, name: `file ${++made}`, path: '' };
  const facts = { mediaType: 'text/plain', declaredSha256: null, resumable: true };
  return begun(engine, { ...plan, ...facts, ...request }, true);
}

const append = (upload: Upload, offset: number, bytes: Buffer) =>
  engine.chunks.write(upload, incoming({ offset, length: bytes.length, content: contentOf(bytes), kind: 'append' }));

const complete = (upload: Upload, changes = {}) => engine.changes.complete(upload.id, changes, 10_000);

describe('completing an upload', () => {
  it('that has all its bytes is asked for in vain, and answered with the file', async () => {
    const upload = await begin();
    await append(upload, 0, bytesOf(10));
    const [first, second] = [await complete(upload), await complete(upload)];
    expect(first.file?.size).toBe(10);
    expect(second).toEqual(first);
    expect(await outcomeOf(complete(upload, { name: 'another' }))).toBe('upload-finished');
    expect(await outcomeOf(complete(upload, { name: upload.name }))).toBe('complete');
  });

  it('is refused while bytes are missing, and changes nothing then', async () => {
    const upload = await begin();
    await append(upload, 0, bytesOf(9));
    expect(await outcomeOf(complete(upload, { name: 'another', conflict: 'rename' }))).toBe('upload-incomplete');
    expect(await engine.uploads.find(upload.id)).toMatchObject({
      name: upload.name,
      conflict: 'reject',
      state: 'receiving',
    });
  });

  it('of unknown length is refused while a gap is in it, or bytes arrive', async () => {
    const upload = await begin({ length: null });
    await engine.chunks.write(upload, incoming({ offset: 5, length: 5, content: contentOf(bytesOf(5)) }));
    expect(await outcomeOf(complete(upload))).toBe('upload-incomplete');
    const held = new HeldContent(bytesOf(2), bytesOf(3));
    const writing = engine.chunks.write(upload, incoming({ offset: 0, length: 5, content: held.content }));
    await held.asked;
    expect(await outcomeOf(complete(upload))).toBe('chunk-busy');
    held.goOn();
    await writing;
    expect((await complete(upload)).upload).toMatchObject({ state: 'complete', length: 10, received: 10 });
  });

  it('makes one file of 20 requests at a time', async () => {
    const upload = await begin({ length: null });
    await append(upload, 0, bytesOf(10));
    const results = await Promise.all(Array.from({ length: 20 }, () => outcomeOf(complete(upload))));
    expect(results).toContain('complete');
    expect(results.filter((result) => !['complete', 'completing', 'chunk-busy'].includes(result))).toEqual([]);
    expect((await engine.files.page([engine.spaceId], 10, null)).files).toHaveLength(1);
  });

  it('of unknown length leaves nothing behind its end of what was never recorded', async () => {
    const upload = await begin({ length: null });
    await append(upload, 0, bytesOf(10));
    const broken = incoming({ offset: 10, length: 10, content: brokenContent(new Error('gone'), bytesOf(5)) });
    await expect(engine.chunks.write(upload, broken)).rejects.toThrow('gone');
    const { file } = await complete(upload);
    const key = { spaceId: upload.spaceId, sha256: file?.sha256 ?? '' };
    expect(await engine.store.size(key)).toBe(10);
  });

  it('of unknown length fixes its end for those who had begun before', async () => {
    const upload = await begin({ length: null });
    await append(upload, 0, bytesOf(10));
    // What completing does first; whoever has found the upload before still takes its length for unknown.
    expect(await engine.ledger.redirect(upload.id, upload)).toBe(true);
    expect(await outcomeOf(append(upload, 10, bytesOf(5)).then(() => upload))).toBe('size-mismatch');
    const open = incoming({ offset: 10, length: null, content: contentOf(bytesOf(5)), kind: 'append' });
    expect(await outcomeOf(engine.chunks.write(upload, open).then(() => upload))).toBe('size-mismatch');
    expect(await engine.ledger.find(upload.id)).toMatchObject({ received: 10, length: 10 });
  });

  it('of one without a byte makes an empty file', async () => {
    const upload = await begin({ length: null });
    expect((await complete(upload)).file).toMatchObject({ size: 0 });
  });

  it('under another policy takes the place of a file, whose bytes go', async () => {
    const [old, upload] = [await begin({ name: 'x' }), await begin({ name: 'x', conflict: 'rename' })];
    await append(old, 0, bytesOf(10));
    const [file] = (await engine.files.page([engine.spaceId], 10, null)).files;
    await engine.changes.complete(old.id, {}, 10_000);
    const late = await begin({ name: 'x', conflict: 'replace' });
    await append(upload, 0, bytesOf(10));
    await append(late, 0, bytesOf(10));
    await engine.changes.complete(late.id, {}, 10_000);
    await engine.changes.complete(upload.id, {}, 10_000);
    const files = (await engine.files.page([engine.spaceId], 10, null)).files;
    expect(files.map(({ name }) => name).sort()).toEqual(['x', 'x (1)']);
    expect(files.map(({ id }) => id)).not.toContain(file?.id);
  });

  it('repeats the refusal of one that has ended', async () => {
    const upload = await begin();
    await engine.uploads.cancel(upload.id);
    expect(await outcomeOf(complete(upload))).toBe('upload-cancelled');
    await expect(engine.changes.extend(upload.id)).rejects.toMatchObject({ code: 'upload-cancelled' });
  });
});

describe('extending an upload', () => {
  it('pushes its expiry as far as a byte would, and never draws it nearer', async () => {
    const upload = await begin();
    await engine.database.query(`UPDATE uploads SET expires_at = now() + interval '1 hour' WHERE id = $1`, [upload.id]);
    const soon = Date.parse((await engine.uploads.status(upload.id)).upload.expiresAt ?? '');
    const later = Date.parse((await engine.changes.extend(upload.id)).upload.expiresAt ?? '');
    expect(later - soon).toBeGreaterThan(24 * 3600 * 1000);
    await engine.database.query(`UPDATE uploads SET expires_at = now() + interval '1 year' WHERE id = $1`, [upload.id]);
    const far = (await engine.uploads.status(upload.id)).upload.expiresAt;
    expect((await engine.changes.extend(upload.id)).upload.expiresAt).toBe(far);
  });
});
