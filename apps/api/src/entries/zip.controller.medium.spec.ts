import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { rename } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { problemSchema } from '@stowage/contract';
import { bytesOf } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { openFiles } from '../../test/file-handles.js';
import { ask } from '../../test/http-client.js';
import { clientFile, sendAll, until } from '../../test/sending.js';
import { testLog } from '../../test/test-log.js';
import { unzip } from '../../test/unzip.js';
import { parseConfiguration } from '../platform/config/configuration.js';
import { newId } from '../platform/database/ids.js';
import { startServer, type RunningServer } from '../server.js';

/* Real: the server over HTTP, PostgreSQL and the disk; a program of others reads the ZIP files. */

const { logger, lines } = testLog();

let home: Home;
let engine: Engine;
let server: RunningServer;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
  const settings = { PORT: '0', DATABASE_URL: home.url, STOWAGE_DATA_DIR: home.folder };
  server = await startServer(parseConfiguration(settings), logger);
});

afterAll(async () => {
  await server.stop();
  await engine.stop();
  await removeHome(home);
});

/** Uploads a file; its id. */
async function stored(bytes: Buffer, path: string, name: string): Promise<string> {
  const sent = clientFile({ bytes, chunkSize: Math.max(1, bytes.length), name, path });
  const { file } = await sendAll(engine, sent);
  if (file === undefined) throw new Error('The file is not complete.');
  return file.id;
}

async function folderId(name: string): Promise<string> {
  const [row] = await engine.database.query<{ id: string }[]>(
    `SELECT id FROM entries WHERE name = $1 AND kind = 'folder'`,
    [name],
  );
  if (row === undefined) throw new Error('There is no such folder.');
  return row.id;
}

const get = (entries: string, method = 'GET') => ask(server.url, `/api/zip?entries=${entries}`, { method });

/** Names and texts of what a ZIP file has. */
async function contents(entries: string): Promise<Record<string, string>> {
  const { status, body } = await get(entries);
  expect(status).toBe(200);
  const found = await Promise.all(
    (await unzip(body)).map(async ({ name, read }) => [name, (await read()).toString()] as const),
  );
  expect(new Set(found.map(([name]) => name)).size).toBe(found.length);
  return Object.fromEntries(found);
}

const nameIn = (disposition: string | undefined) => /filename="?([^";]+)/u.exec(disposition ?? '')?.[1];

describe('a ZIP file of a folder', () => {
  it('has all that is in it, with paths, empty folders and moments', async () => {
    await engine.clear();
    await stored(Buffer.from('one'), 'films', 'one.mov');
    await stored(Buffer.from('two'), 'films/2026/may', 'two.mov');
    await stored(Buffer.alloc(0), 'films', 'nothing');
    await stored(Buffer.from('other'), 'others', 'other.mov');
    const films = await folderId('films');
    await engine.database.query(
      `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key) VALUES ($1, $2, $3, 'folder', 'Empty', 'empty', '')`,
      [newId(), engine.spaceId, films],
    );
    expect(await contents(films)).toEqual({
      'films/': '',
      'films/2026/': '',
      'films/2026/may/': '',
      'films/2026/may/two.mov': 'two',
      'films/Empty/': '',
      'films/nothing': '',
      'films/one.mov': 'one',
    });
    const answer = await get(films);
    expect(nameIn(answer.headers['content-disposition'])).toBe('films.zip');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/zip',
      'accept-ranges': 'none',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'private, no-store',
    });
    const [{ modifiedAt } = { modifiedAt: new Date(0) }] = await unzip(answer.body);
    expect(Math.abs(modifiedAt.getTime() - Date.now())).toBeLessThan(120_000);
    const head = await get(films, 'HEAD');
    expect([head.status, head.body.length, nameIn(head.headers['content-disposition'])]).toEqual([200, 0, 'films.zip']);
  });

  it('may be that of a whole space, by its id', async () => {
    await engine.clear();
    await stored(Buffer.from('one'), 'films', 'one.mov');
    await stored(Buffer.from('root'), '', 'root.txt');
    expect(await contents(engine.spaceId)).toEqual({
      ...{ 'Files/': '', 'Files/films/': '', 'Files/films/one.mov': 'one', 'Files/root.txt': 'root' },
    });
  });

  it('is read in pages', async () => {
    await engine.clear();
    await engine.database.query(
      `INSERT INTO entries (id, space_id, kind, name, name_key, sort_key)
       SELECT 'folder-number-' || lpad(n::text, 10, '0'), $1, 'folder', 'F' || n, 'f' || n, '' FROM generate_series(1, 1500) n`,
      [engine.spaceId],
    );
    expect(Object.keys(await contents(engine.spaceId))).toHaveLength(1501);
    await engine.clear();
  });

  it('does not have names that completing uploads have claimed', async () => {
    await engine.clear();
    await stored(Buffer.from('one'), 'films', 'one.mov');
    const films = await folderId('films');
    const claim = newId();
    await engine.database.query(
      `INSERT INTO entries (id, space_id, parent_id, kind, name, name_key, sort_key) VALUES ($1, $2, $3, 'file', 'two', 'two', '')`,
      [claim, engine.spaceId, films],
    );
    expect(await contents(films)).toEqual({ 'films/': '', 'films/one.mov': 'one' });
    expect((await get(claim)).status).toBe(404);
  });
});

describe('a ZIP file', () => {
  it('has nothing of what is in the trash', async () => {
    await engine.clear();
    await stored(Buffer.from('one'), 'films', 'one.mov');
    const two = await stored(Buffer.from('two'), 'films', 'two.mov');
    const old = await stored(Buffer.from('old'), 'films/old', 'old.mov');
    const [films, folder] = [await folderId('films'), await folderId('old')];
    for (const id of [two, folder]) {
      expect((await ask(server.url, `/api/entries/${id}`, { method: 'DELETE' })).status).toBe(204);
    }
    expect(await contents(films)).toEqual({ 'films/': '', 'films/one.mov': 'one' });
    expect(Object.keys(await contents(engine.spaceId))).toEqual(['Files/', 'Files/films/', 'Files/films/one.mov']);
    for (const id of [two, folder, old]) expect((await get(`${films},${id}`)).status).toBe(404);
  });

  it('has files whose bytes belong to another space', async () => {
    await engine.clear();
    const file = await stored(Buffer.from('moved'), '', 'moved.mov');
    const other = newId();
    await engine.database.query(`INSERT INTO spaces (id, name, name_key) VALUES ($1, 'There', 'there')`, [other]);
    const moved = await ask(server.url, `/api/entries/${file}`, {
      ...{ method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ parent: other }) },
    });
    expect(moved.status).toBe(200);
    expect(await contents(other)).toEqual({ 'There/': '', 'There/moved.mov': 'moved' });
  });
});

describe('a ZIP file of a selection', () => {
  it('has what was asked for, each once, with numbers where names are equal', async () => {
    await engine.clear();
    const a = await stored(Buffer.from('a'), 'a', 'same.txt');
    const b = await stored(Buffer.from('b'), 'b', 'SAME.txt');
    const c = await stored(Buffer.from('c'), 'a', 'other?.txt');
    expect(await contents(`${a},${b},${a},${c}`)).toEqual({
      ...{ 'same.txt': 'a', 'SAME (1).txt': 'b', 'other_.txt': 'c' },
    });
    expect(nameIn((await get(`${a},${b}`)).headers['content-disposition'])).toBe('Files.zip');
    expect(nameIn((await get(`${a},${c}`)).headers['content-disposition'])).toBe('a.zip');
    expect(nameIn((await get(a)).headers['content-disposition'])).toBe('same.txt.zip');
  });

  it('is refused when it is none of ours, of several spaces or too long', async () => {
    await engine.clear();
    const file = await stored(Buffer.from('a'), '', 'a');
    const other = newId();
    await engine.database.query(`INSERT INTO spaces (id, name, name_key) VALUES ($1, 'Other', 'other')`, [other]);
    for (const [entries, status, code] of [
      [newId(), 404, 'entry-not-found'],
      [`${file},${newId()}`, 404, 'entry-not-found'],
      ['..%2f..', 404, 'entry-not-found'],
      [`${file},`, 404, 'entry-not-found'],
      [`${file},${other}`, 400, 'invalid-request'],
      ['', 400, 'invalid-request'],
      [Array.from({ length: 201 }, newId).join(','), 400, 'invalid-request'],
      [`${file}&entries=${file}`, 400, 'invalid-request'],
      [`${file}&more=1`, 400, 'invalid-request'],
    ] as const) {
      const answer = await get(entries);
      expect([entries, answer.status, problemSchema.parse(answer.json()).code]).toEqual([entries, status, code]);
    }
    expect((await ask(server.url, '/api/zip')).status).toBe(400);
    const many = [file, ...Array.from({ length: 199 }, () => file)].join(',');
    expect(Object.keys(await contents(many))).toEqual(['a']);
  });

  it('is refused when it is too much', async () => {
    await engine.clear();
    await engine.database.query(
      `INSERT INTO entries (id, space_id, kind, name, name_key, sort_key)
       SELECT 'folder-number-' || lpad(n::text, 10, '0'), $1, 'folder', 'F' || n, 'f' || n, '' FROM generate_series(1, 120001) n`,
      [engine.spaceId],
    );
    const answer = await get(engine.spaceId);
    expect([answer.status, answer.json()['code']]).toEqual([413, 'zip-too-large']);
    await engine.clear();
  });
});

describe('a ZIP file of what cannot be read', () => {
  it('is refused when bytes are known to be damaged, which are named', async () => {
    await engine.clear();
    await stored(bytesOf(100), 'films/whole', 'whole.mov');
    const damaged = await stored(bytesOf(100), 'films/other', 'broken.mov');
    await engine.database.query(
      `UPDATE blobs SET damage = 'size', damaged_at = now() WHERE id = (SELECT blob_id FROM entries WHERE id = $1)`,
      [damaged],
    );
    for (const entries of [await folderId('films'), engine.spaceId, damaged]) {
      const answer = await get(entries);
      expect([answer.status, answer.json()['code']]).toEqual([500, 'file-damaged']);
      expect(answer.json()['detail']).toContain('broken.mov');
      expect((await get(entries, 'HEAD')).status).toBe(500);
    }
    expect(await contents(await folderId('whole'))).toHaveProperty(['whole/whole.mov']);
  });

  it('ends before its central directory, and the log says why', async () => {
    await engine.clear();
    await stored(bytesOf(100_000), 'films', 'a.mov');
    const broken = await stored(bytesOf(100), 'films', 'b.mov');
    await stored(bytesOf(100_000), 'films', 'c.mov');
    const found = await engine.files.find(broken);
    if (found === null) throw new Error('The file is not there.');
    const { file: path } = engine.storage.layout.blob(found.blob);
    await rename(path, `${path}.away`);
    await expect(get(await folderId('films'))).rejects.toThrow();
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', msg: 'ZIP download failed' }));
    await rename(`${path}.away`, path);
    expect(Object.keys(await contents(await folderId('films')))).toHaveLength(4);
  });
});

describe('a client that leaves in the middle of a ZIP file', () => {
  it('leaves no file open and no line in the log', async () => {
    await engine.clear();
    for (let index = 0; index < 3; index++) await stored(bytesOf(5_000_000), 'films', `film ${index}`);
    const films = await folderId('films');
    const from = lines.length;
    const { hostname, port } = new URL(server.url);
    for (let round = 0; round < 3; round++) {
      const socket = connect(Number(port), hostname);
      socket.write(`GET /api/zip?entries=${films} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await once(socket, 'data');
      socket.destroy();
    }
    await until(async () => (await openFiles(join(home.folder, 'blobs'))).length === 0);
    expect(lines.slice(from).filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('a file that is removed while a ZIP file is made', () => {
  it('is left out', async () => {
    await engine.clear();
    await stored(bytesOf(20_000_000), 'films', 'a first');
    const gone = await stored(bytesOf(100), 'films', 'b gone');
    await stored(Buffer.from('last'), 'films', 'c last');
    const films = await folderId('films');
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /api/zip?entries=${films} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    const pieces: Buffer[] = [(await once(socket, 'data'))[0] as Buffer];
    socket.pause();
    const found = await engine.files.find(gone);
    if (found === null) throw new Error('The file is not there.');
    expect(await engine.remover.delete(gone)).toBe(true);
    await until(async () => (await engine.storage.store.size(found.blob)) === null);
    for await (const piece of socket) pieces.push(piece as Buffer);
    expect((await unzip(bodyOf(Buffer.concat(pieces)))).map(({ name }) => name)).toEqual([
      ...['films/', 'films/a first', 'films/c last'],
    ]);
  });

  /** The body of an answer in pieces, each with its length before it. */
  function bodyOf(answer: Buffer): Buffer {
    const pieces: Buffer[] = [];
    let at = answer.indexOf('\r\n\r\n') + 4;
    for (;;) {
      const end = answer.indexOf('\r\n', at);
      const length = Number.parseInt(answer.subarray(at, end).toString('latin1'), 16);
      if (!(length > 0)) return Buffer.concat(pieces);
      pieces.push(answer.subarray(end + 2, end + 2 + length));
      at = end + 2 + length + 2;
    }
  }
});
