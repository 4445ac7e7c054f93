import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DIGEST_WINDOW_BYTES, MAX_DIGEST_WINDOWS, uploadDigestsSchema } from '@stowage/contract';
import { rm, writeFile } from 'node:fs/promises';
import { bytesOf, contentOf, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { clientFile, incoming, open, send, sendAll, until } from '../../test/sending.js';
import type { Upload } from './entities/upload.entity.js';

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
});

beforeEach(async () => {
  engine.store.before = () => undefined;
  await engine.clear();
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const write = (upload: Upload, offset: number, bytes: Buffer) =>
  engine.chunks.write(upload, incoming({ offset, length: bytes.length, content: contentOf(bytes) }));
const page = (upload: { readonly id: string }, from = 0) => engine.digestPages.page(upload.id, from);

describe('digests of what is held', () => {
  it('are those of the recorded ranges, and of nothing else', async () => {
    const bytes = bytesOf(60);
    const upload = await open(engine, clientFile({ bytes }));
    await write(upload, 10, bytes.subarray(10, 20));
    await write(upload, 20, bytes.subarray(20, 30));
    await write(upload, 50, bytes.subarray(50));
    // Bytes that nobody recorded: what a request that broke off may leave behind.
    await engine.store.writeChunk(
      { uploadId: upload.id, offset: 35, maxLength: 5, first: false },
      contentOf(bytesOf(5)),
    );
    const answer = await page(upload);
    expect(uploadDigestsSchema.parse(answer)).toEqual({
      digests: [
        { start: 10, end: 30, sha256: sha256Of(bytes.subarray(10, 30)) },
        { start: 50, end: 60, sha256: sha256Of(bytes.subarray(50)) },
      ],
      next: null,
    });
    expect((await page(upload, 15)).digests[0]).toMatchObject({ start: 15, sha256: sha256Of(bytes.subarray(15, 30)) });
    expect(await page(upload, 60)).toEqual({ digests: [], next: null });
  });

  it('come in pages', async () => {
    const whole = DIGEST_WINDOW_BYTES * MAX_DIGEST_WINDOWS;
    const bytes = bytesOf(DIGEST_WINDOW_BYTES / 2 + 3);
    const upload = await open(engine, clientFile({ bytes: Buffer.alloc(0) }));
    await engine.database.query('UPDATE uploads SET length = $2 WHERE id = $1', [upload.id, whole * 2]);
    const large = { ...upload, length: whole * 2 };
    for (let at = 0; at < whole + 2 * bytes.length; at += bytes.length) await write(large, at, bytes);
    const first = await page(upload);
    expect(first.digests).toHaveLength(MAX_DIGEST_WINDOWS);
    expect(first.next).toBe(whole);
    const second = await page(upload, first.next ?? 0);
    expect(second.digests[0]?.start).toBe(whole);
    expect(second.next).toBeNull();
  }, 60_000);

  it('are none of an upload without bytes', async () => {
    expect(await page(await open(engine, clientFile()))).toEqual({ digests: [], next: null });
  });

  it('are refused of uploads that do not receive', async () => {
    const { upload: complete } = await sendAll(engine, clientFile());
    await expect(page(complete)).rejects.toMatchObject({ code: 'upload-finished' });
    const { upload: cancelled } = await send(engine, clientFile());
    await engine.uploads.cancel(cancelled.id);
    await expect(page(cancelled)).rejects.toMatchObject({ code: 'upload-cancelled' });
    await expect(page({ id: 'A'.repeat(22) })).rejects.toMatchObject({ code: 'upload-not-found' });
  });

  it('say so when the upload is removed meanwhile', async () => {
    const { upload } = await send(engine, clientFile());
    engine.store.before = async (call) => {
      if (call === 'hashStaged') await engine.uploads.cancel(upload.id);
    };
    await expect(page(upload)).rejects.toMatchObject({ code: 'upload-cancelled' });
  });

  it('say so when the bytes are gone from the disk, all or some', async () => {
    const { upload } = await send(engine, clientFile());
    await writeFile(engine.storage.layout.stagingFile(upload.id), 'short');
    await expect(page(upload)).rejects.toMatchObject({ code: 'bytes-missing' });
    await rm(engine.storage.layout.stagingFile(upload.id));
    await expect(page(upload)).rejects.toMatchObject({ code: 'bytes-missing' });
  });

  it('are hashed for two requests at a time; the third waits', async () => {
    const { upload } = await send(engine, clientFile());
    let hashing = 0;
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    engine.store.before = async (call) => {
      if (call !== 'hashStaged') return;
      hashing += 1;
      await held;
    };
    const pages = [page(upload), page(upload), page(upload)];
    await until(() => hashing === 2);
    // Whatever the third could do without a slot it has done by now.
    await engine.uploads.find(upload.id);
    expect(hashing).toBe(2);
    go();
    expect((await Promise.all(pages)).map(({ digests }) => digests.length)).toEqual([1, 1, 1]);
  });
});
