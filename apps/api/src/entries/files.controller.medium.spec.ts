import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rename, truncate } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileListSchema, fileSchema, problemSchema, type StoredFile } from '@stowage/contract';
import { bytesOf, sha256Of } from '../../test/bytes.js';
import { newHome, removeHome, startEngine, type Engine, type Home } from '../../test/engine.js';
import { ask } from '../../test/http-client.js';
import { clientFile, sendAll, until } from '../../test/sending.js';
import { testLog } from '../../test/test-log.js';
import { openFiles } from '../../test/file-handles.js';
import { parseConfiguration } from '../platform/config/configuration.js';
import { startServer, type RunningServer } from '../server.js';

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

async function stored(bytes: Buffer, name = 'report.pdf'): Promise<StoredFile> {
  const { file } = await sendAll(engine, clientFile({ bytes, chunkSize: Math.max(1, bytes.length), name }));
  if (file === undefined) throw new Error('The file is not complete.');
  return file;
}

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  ask(server.url, path, { method, headers });

describe('a file', () => {
  it('is shown, listed, downloaded and deleted', async () => {
    const bytes = bytesOf(1_000_000);
    const file = await stored(bytes, 'Ünï "x" 名前.pdf');
    expect(fileSchema.parse((await get(`/api/files/${file.id}`)).json())).toEqual(file);
    expect(fileListSchema.parse((await get('/api/files?limit=1')).json()).files).toEqual([file]);
    const download = await get(file.url);
    expect(download.status).toBe(200);
    expect(sha256Of(download.body)).toBe(file.sha256);
    expect(download.headers).toMatchObject({
      'content-length': '1000000',
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'private, no-store',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      etag: `"${file.id}"`,
      'accept-ranges': 'bytes',
    });
    expect(download.headers['content-disposition']).toContain(encodeURIComponent('名前'));
    expect((await get(`/api/files/${file.id}?permanent=true`, {}, 'DELETE')).status).toBe(204);
    for (const [method, path] of [
      ['GET', `/api/files/${file.id}`],
      ['GET', file.url],
      ['DELETE', `/api/files/${file.id}`],
    ] as const) {
      const gone = await get(path, {}, method);
      expect([gone.status, problemSchema.parse(gone.json()).code]).toEqual([404, 'file-not-found']);
    }
  });

  it('can be downloaded in parts', async () => {
    const bytes = bytesOf(100_000);
    const file = await stored(bytes);
    for (const [range, start, end] of [
      ['bytes=0-9', 0, 10],
      ['bytes=50000-', 50_000, 100_000],
      ['bytes=-1', 99_999, 100_000],
    ] as const) {
      const part = await get(file.url, { range });
      expect(part.status).toBe(206);
      expect(part.headers['content-range']).toBe(`bytes ${start}-${end - 1}/100000`);
      expect(part.body.equals(bytes.subarray(start, end))).toBe(true);
      expect(part.headers['x-content-type-options']).toBe('nosniff');
    }
    const none = await get(file.url, { range: 'bytes=100000-' });
    expect([none.status, none.headers['content-range'], none.json()['code']]).toEqual([
      416,
      'bytes */100000',
      'range-not-satisfiable',
    ]);
    expect((await get(file.url, { range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200);
    await engine.remover.delete(file.id);
  });

  it('that the client has is not sent again', async () => {
    const file = await stored(bytesOf(1_000));
    const same = await get(file.url, { 'if-none-match': `"${file.id}"` });
    expect([same.status, same.body.length, same.headers['etag']]).toEqual([304, 0, `"${file.id}"`]);
    expect(same.headers['content-security-policy']).toContain('sandbox');
    await engine.remover.delete(file.id);
  });

  it('can be asked about without its bytes', async () => {
    const file = await stored(bytesOf(1_000));
    const head = await get(file.url, {}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '1000', 0]);
    await engine.remover.delete(file.id);
  });

  it('of no bytes can be downloaded', async () => {
    const file = await stored(Buffer.alloc(0));
    const download = await get(file.url);
    expect([download.status, download.headers['content-length'], download.body.length]).toEqual([200, '0', 0]);
    expect((await get(file.url, { range: 'bytes=0-' })).status).toBe(416);
    await engine.remover.delete(file.id);
  });
});

describe('a file whose bytes cannot be read', () => {
  it('is a fault that the log explains', async () => {
    const file = await stored(bytesOf(1_000));
    const found = await engine.files.find(file.id);
    if (found === null) throw new Error('The file is not there.');
    const { file: path } = engine.storage.layout.blob(found.blob);
    await rename(path, `${path}.away`);
    const download = await get(file.url);
    expect([download.status, problemSchema.parse(download.json()).code]).toEqual([503, 'file-unreadable']);
    expect(download.headers).not.toHaveProperty('content-range');
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', code: 'file-unreadable' }));
    await rename(`${path}.away`, path);
    expect((await get(file.url)).status).toBe(200);
    await engine.remover.delete(file.id);
  });
});

describe('a file that is damaged', () => {
  const digestOf = (bytes: Buffer) => `sha-256=:${Buffer.from(sha256Of(bytes), 'hex').toString('base64')}:`;

  it('is shown as such and refused, unless its reader takes what is left', async () => {
    const bytes = bytesOf(1_000);
    const file = await stored(bytes);
    const found = await engine.files.find(file.id);
    if (found === null) throw new Error('The file is not there.');
    const { file: path } = engine.storage.layout.blob(found.blob);
    await truncate(path, 600);
    await engine.database.query(`UPDATE blobs SET damage = 'size', damaged_at = now() WHERE sha256 = $1`, [
      file.sha256,
    ]);
    expect(fileSchema.parse((await get(`/api/files/${file.id}`)).json())).toEqual({ ...file, damaged: true });
    expect(fileListSchema.parse((await get('/api/files')).json()).files).toContainEqual({ ...file, damaged: true });
    const refused = await get(file.url);
    expect([refused.status, problemSchema.parse(refused.json())]).toEqual([
      500,
      expect.objectContaining({ code: 'file-damaged', retryable: false }),
    ]);
    expect((await get(file.url, {}, 'HEAD')).status).toBe(500);
    const left = await get(`${file.url}?damaged=accept`);
    expect([left.status, left.body.equals(bytes.subarray(0, 600))]).toEqual([200, true]);
    expect(left.headers).not.toHaveProperty('repr-digest');
    expect(left.headers).not.toHaveProperty('etag');
    const part = await get(`${file.url}?damaged=accept`, { range: 'bytes=500-' });
    expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 500-599/600']);
    await rename(path, `${path}.away`);
    expect((await get(`${file.url}?damaged=accept`)).json()['code']).toBe('file-damaged');
    await engine.remover.delete(file.id);
  });

  it('has the digest of what was uploaded in every answer about its bytes while it is whole', async () => {
    const bytes = bytesOf(1_000);
    const file = await stored(bytes);
    for (const [status, headers, method] of [
      [200, {}, 'GET'],
      [200, {}, 'HEAD'],
      [206, { range: 'bytes=0-9' }, 'GET'],
      [304, { 'if-none-match': `"${file.id}"` }, 'GET'],
    ] as const) {
      const answer = await get(file.url, headers, method);
      expect([answer.status, answer.headers['repr-digest']]).toEqual([status, digestOf(bytes)]);
    }
    // Of the problem, not of the file.
    expect((await get(file.url, { range: 'bytes=5000-' })).headers).not.toHaveProperty('repr-digest');
    expect((await get(file.url, { 'want-repr-digest': 'sha-256=0' })).headers).not.toHaveProperty('repr-digest');
    await engine.remover.delete(file.id);
  });
});

describe('a client that leaves in the middle of a download', () => {
  it('leaves no file open and no line in the log', async () => {
    const file = await stored(bytesOf(20_000_000));
    const from = lines.length;
    const { hostname, port } = new URL(server.url);
    for (let round = 0; round < 3; round++) {
      const socket = connect(Number(port), hostname);
      socket.write(`GET ${file.url} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await once(socket, 'data');
      socket.destroy();
    }
    await until(async () => (await openFiles(join(home.folder, 'blobs'))).length === 0);
    expect(lines.slice(from).filter(({ level }) => level === 'error')).toEqual([]);
    await engine.remover.delete(file.id);
  });
});
