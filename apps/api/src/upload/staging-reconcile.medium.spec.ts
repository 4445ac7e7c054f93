import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOf, contentOf, HeldContent } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { systemError } from '../../test/file-handles.js';
import { begun, chunkOf, clientFile, incoming, outcomeOf, requestOf, send, sendAll } from '../../test/sending.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { newId } from '../platform/database/ids.js';

/* Real: PostgreSQL, the disk. */

let home: Home;
let engine: Engine;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home, 20);
});

afterEach(async () => {
  engine.store.before = () => undefined;
  await engine.clear();
  await rm(engine.storage.layout.quarantine, { recursive: true, force: true });
});

afterAll(async () => {
  await engine.stop();
  await removeHome(home);
});

const run = () => engine.reconcile.run(new AbortController().signal);
const stagingFile = (id: string) => engine.storage.layout.stagingFile(id);
const aside = () => readdir(engine.storage.layout.quarantine).catch(() => []);

it('puts bytes aside that no upload has, once two passes have found them', async () => {
  const id = newId();
  await writeFile(stagingFile(id), 'nobody’s');
  await run();
  expect(await aside()).toEqual([]);
  await run();
  expect(await engine.storage.store.staged()).toEqual([]);
  const [name = ''] = await aside();
  expect(name).toMatch(new RegExp(`^\\d{13}-${id}$`, 'u'));
  expect(await readFile(join(engine.storage.layout.quarantine, name), 'utf8')).toBe('nobody’s');
});

it('puts bytes aside in the first pass that were there without an upload before the first request', async () => {
  const id = newId();
  await writeFile(stagingFile(id), 'left by a process that died');
  await engine.reconcile.onModuleInit();
  const later = newId();
  await writeFile(stagingFile(later), 'of a request');
  await run();
  expect(await engine.storage.store.staged()).toEqual([later]);
});

it('removes what was put aside after a week, and nothing else from there', async () => {
  const now = Date.now();
  for (const days of [6, 8]) {
    const id = newId();
    await writeFile(stagingFile(id), 'x');
    await engine.storage.store.setAside(id, new Date(now - days * 24 * 3_600_000));
  }
  await writeFile(join(engine.storage.layout.quarantine, 'notes.txt'), 'an operator’s own');
  await run();
  expect(await aside()).toHaveLength(2);
  expect(await aside()).toContain('notes.txt');
});

it('ends no upload that was sent an empty chunk behind all of its bytes', async () => {
  const upload = await begun(engine, { ...requestOf(clientFile()), length: null }, true);
  const bytes = bytesOf(10);
  await engine.chunks.write(upload, incoming({ length: 10, content: contentOf(bytes) }));
  await engine.chunks.write(upload, incoming({ offset: 70, length: 0, content: contentOf() }));
  await run();
  expect(await engine.uploads.find(upload.id)).toMatchObject({ state: 'receiving', received: 10 });
  expect(await readFile(stagingFile(upload.id))).toEqual(bytes);
});

it('leaves alone what belongs to an upload, whatever its state', async () => {
  const file = clientFile();
  const { upload } = await send(engine, file, 0);
  const ended = (await send(engine, clientFile(), 0)).upload.id;
  await engine.ledger.move(engine.database.manager, await engine.uploads.find(ended), { to: 'cancelled' });
  for (let pass = 0; pass < 3; pass++) await run();
  expect((await engine.storage.store.staged()).sort()).toEqual([upload.id, ended].sort());
  expect((await sendAll(engine, file)).complete).toBe(true);
});

it('drops bytes behind the last recorded one, and none before it', async () => {
  const file = clientFile();
  const { upload } = await send(engine, file, 2);
  const target = { uploadId: upload.id, offset: 30, maxLength: 10, first: false };
  await engine.storage.store.writeChunk(target, contentOf(bytesOf(10)));
  expect((await stat(stagingFile(upload.id))).size).toBe(40);
  await run();
  expect((await stat(stagingFile(upload.id))).size).toBe(30);
  expect((await readFile(stagingFile(upload.id))).subarray(20)).toEqual(chunkOf(file, 2));
  expect((await sendAll(engine, file)).complete).toBe(true);
});

it('leaves bytes alone that somebody is just writing', async () => {
  const file = clientFile();
  await send(engine, file, 0);
  const held = new HeldContent(chunkOf(file, 1).subarray(0, 4), chunkOf(file, 1).subarray(4));
  const writing = send(engine, file, 1, { content: held.content });
  await held.asked;
  await run();
  held.goOn();
  expect((await writing).upload.received).toBe(20);
  expect((await sendAll(engine, file)).complete).toBe(true);
});

it.each([
  ['gone', (path: string) => rm(path)],
  ['too few', (path: string) => truncate(path, 9)],
])('ends an upload whose recorded bytes are %s', async (_, damage) => {
  const file = clientFile();
  const { upload } = await send(engine, file, 0);
  await damage(stagingFile(upload.id));
  await run();
  expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'failed', reason: 'bytes-missing' });
  expect(await outcomeOf(send(engine, file, 1))).toBe('bytes-missing');
});

it('looks at every one of many uploads', async () => {
  const files = Array.from({ length: 12 }, () => clientFile());
  const ids: string[] = [];
  for (const file of files) ids.push((await send(engine, file, 0)).upload.id);
  await engine.database.query(
    `INSERT INTO uploads (id, space_id, owner, state, name, path, media_type, received, length, expires_at)
     SELECT 'A' || lpad(n::text, 21, '0'), (SELECT id FROM spaces), 'built-in', 'receiving', 'n', '', '', 0, 10, now() + interval '1 day'
     FROM generate_series(1, 1200) n`,
  );
  for (const id of ids) await rm(stagingFile(id));
  await run();
  expect((await engine.ledger.inState('failed')).sort()).toEqual(ids.sort());
});

it('looks after all others when something is wrong with one file', async () => {
  const lost = newId();
  await writeFile(stagingFile(lost), 'x');
  const uploads = [await send(engine, clientFile(), 0), await send(engine, clientFile(), 0)];
  for (const { upload } of uploads) await rm(stagingFile(upload.id));
  await run();
  for (const { upload } of uploads) expect(await engine.ledger.find(upload.id)).toMatchObject({ state: 'failed' });
  const more = [await send(engine, clientFile(), 0), await send(engine, clientFile(), 0)];
  for (const { upload } of more) await rm(stagingFile(upload.id));
  const bad = new Set(['setAside', 'trim']);
  engine.store.before = (call) => {
    if (bad.delete(call)) throw systemError('EIO');
  };
  await expect(run()).rejects.toThrow('2 staged files could not be looked after');
  expect(await engine.ledger.inState('failed')).toHaveLength(3);
  await run();
  expect(await engine.ledger.inState('failed')).toHaveLength(4);
  expect(await aside()).toHaveLength(1);
});

it('does nothing while the volume is away', async () => {
  await writeFile(stagingFile(newId()), 'x');
  await run();
  engine.store.before = (call) => {
    if (call === 'probe') throw new ProblemError('storage-failed', 'It is away.');
  };
  await expect(run()).rejects.toMatchObject({ code: 'storage-failed' });
  expect(await engine.storage.store.staged()).toHaveLength(1);
});
