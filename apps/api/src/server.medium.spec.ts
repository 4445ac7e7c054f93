import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { limitsSchema, problemSchema, uploadListSchema, uploadStatusSchema } from '@stowage/contract';
import { newHome, removeHome, type Home } from '../test/engine.js';
import { ask, formOf, sendRaw } from '../test/http-client.js';
import { testLog, type TestLog } from '../test/test-log.js';
import { parseConfiguration } from './platform/config/configuration.js';
import { newId } from './platform/database/ids.js';
import { StartFault } from './platform/start-fault.js';
import { startServer, type RunningServer } from './server.js';

const TOKEN = 'a-token-of-thirty-two-characters';

let home: Home;
let server: RunningServer | null = null;
let log: TestLog;

beforeAll(async () => {
  home = await newHome();
});

afterAll(() => removeHome(home));

afterEach(async () => {
  await server?.stop();
  server = null;
});

/** Starts a server in the home. Returns where it listens. */
async function start(environment: Readonly<Record<string, string>> = {}): Promise<string> {
  log = testLog();
  const settings = { PORT: '0', DATABASE_URL: home.url, STOWAGE_DATA_DIR: home.folder, ...environment };
  server = await startServer(parseConfiguration(settings), log.logger);
  return log.lines.find(({ msg }) => msg === 'listening')?.['url'] as string;
}

/** Fields of chunk 1 of 3 of a file of 25 bytes. */
const chunk = (dzuuid: string) => ({
  dzuuid,
  dzchunkindex: '0',
  dztotalfilesize: '25',
  dzchunksize: '10',
  dztotalchunkcount: '3',
  dzchunkbyteoffset: '0',
});

describe('a server', () => {
  let url: string;

  beforeEach(async () => {
    url = await start();
  });

  it('says where it listens', () => {
    expect(url).toMatch(/^http:\/\/localhost:\d+$/u);
    expect(server?.url).toBe(url);
  });

  it('is alive, and ready while database and storage are', async () => {
    for (const path of ['/healthz', '/readyz']) {
      expect(await ask(url, path)).toMatchObject({ status: 200, body: Buffer.from('{"status":"ok"}') });
    }
    await rename(join(home.folder, 'staging'), join(home.folder, 'away'));
    const failing = await ask(url, '/readyz');
    expect(failing.status).toBe(503);
    expect(failing.json()).toEqual({ status: 'failing', failing: ['storage'] });
    expect((await ask(url, '/healthz')).status).toBe(200);
    await rename(join(home.folder, 'away'), join(home.folder, 'staging'));
    expect((await ask(url, '/readyz')).status).toBe(200);
  });

  it('takes a chunk, shows the upload and removes it', async () => {
    const key = newId();
    const taken = await ask(url, '/upload', await formOf(chunk(key), Buffer.alloc(10, 'x'), 'Ünï "x".txt'));
    expect(taken.status).toBe(200);
    expect(taken.headers['cache-control']).toBe('no-store');
    const { upload } = taken.json() as { upload: { id: string } };
    expect(upload).toEqual({ id: upload.id, state: 'receiving', length: 25, received: 10 });
    const status = uploadStatusSchema.parse((await ask(url, `/api/uploads/${upload.id}`)).json());
    expect(status).toMatchObject({ upload: { name: 'Ünï "x".txt' }, missing: [{ start: 10, end: 25 }] });
    const listed = uploadListSchema.parse(
      (await ask(url, `/api/uploads?state=receiving&dzuuid=${key}&limit=5`)).json(),
    );
    expect(listed.uploads.map(({ id }) => id)).toEqual([upload.id]);
    expect((await ask(url, `/api/uploads/${upload.id}`, { method: 'DELETE' })).status).toBe(204);
    const late = await ask(
      url,
      '/uploads',
      await formOf({ ...chunk(key), dzchunkindex: '1', dzchunkbyteoffset: '10' }, Buffer.alloc(10), 'Ünï "x".txt'),
    );
    expect(late.status).toBe(410);
    expect(late.json()).toMatchObject({ code: 'upload-cancelled', error: expect.any(String) });
  });

  it('tells its limits', async () => {
    const limits = limitsSchema.parse((await ask(url, '/api/limits')).json());
    expect(limits).toMatchObject({ maxFileSize: 16 * 1024 ** 4, minChunkSize: 1, maxChunkSize: 1024 ** 3 });
  });

  it('answers what is wrong with a problem, each in its own form', async () => {
    for (const [method, path, status, code] of [
      ['GET', '/nowhere', 404, 'not-found'],
      ['GET', '/api/nowhere', 404, 'not-found'],
      ['GET', '/api/files/nowhere', 404, 'file-not-found'],
      ['GET', `/api/files/${newId()}`, 404, 'file-not-found'],
      ['DELETE', `/api/files/${newId()}`, 404, 'file-not-found'],
      ['GET', '/api/uploads/..%2f..%2fetc', 404, 'upload-not-found'],
      ['GET', '/api/uploads/%zz', 400, 'invalid-request'],
      ['GET', '/api/files?cursor=garbage', 400, 'invalid-request'],
      ['GET', '/api/files?limit=0', 400, 'invalid-request'],
      ['GET', '/api/files?limit=201', 400, 'invalid-request'],
      ['GET', '/api/files?colour=red', 400, 'invalid-request'],
      ['GET', '/api/uploads?state=lost', 400, 'invalid-request'],
      ['PUT', '/api/limits', 405, 'method-not-allowed'],
      ['GET', '/upload', 405, 'method-not-allowed'],
    ] as const) {
      const answer = await ask(url, path, { method });
      expect([path, answer.status, problemSchema.parse(answer.json()).code]).toEqual([path, status, code]);
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    expect((await ask(url, '/upload', { method: 'DELETE' })).headers['allow']).toBe('POST');
    const noForm = await ask(url, '/upload', { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/plain' } });
    expect([noForm.status, noForm.headers['content-type']]).toEqual([415, 'application/json; charset=utf-8']);
    expect(noForm.json()).toMatchObject({ code: 'unsupported-media-type', error: expect.any(String) });
  });

  it('answers what is no HTTP at all', async () => {
    expect(await sendRaw(url, 'garbage\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"malformed-request"/u);
    const huge = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await sendRaw(url, huge)).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":"headers-too-large"/u);
    expect((await ask(url, '/healthz')).status).toBe(200);
  });

  it('says little about itself', async () => {
    const { headers } = await ask(url, '/healthz');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });

  it.each([
    ['another name', { host: 'files.example.org' }, 'host-not-allowed'],
    ['a foreign page', { origin: 'https://evil.example' }, 'origin-not-allowed'],
    ['a form of a foreign page', { 'sec-fetch-site': 'cross-site' }, 'origin-not-allowed'],
  ])('refuses %s, at every address', async (_, headers, code) => {
    for (const [method, path] of [
      ['POST', '/upload'],
      ['GET', '/api/files'],
      ['DELETE', '/API/files/x'],
    ] as const) {
      const answer = await ask(url, path, { method, headers });
      expect([answer.status, answer.json()['code']]).toEqual([403, code]);
    }
  });

  it('can be stopped, and another started in its place', async () => {
    await server?.stop();
    await expect(ask(url, '/healthz')).rejects.toThrow();
    expect((await ask(await start(), '/readyz')).status).toBe(200);
  });

  it('ends the requests that run before it stops, and idle connections at once', async () => {
    const { hostname, port } = new URL(url);
    const idle = connect(Number(port), hostname);
    idle.resume();
    await once(idle, 'connect');
    const busy = connect(Number(port), hostname);
    const form = await formOf(chunk(newId()), Buffer.alloc(10), 'x.txt');
    const body = form.body as Buffer;
    const head = `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${String(form.headers?.['Content-Type'])}`;
    busy.write(`${head}\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`);
    // Said when the request has begun.
    const [goOn] = (await once(busy, 'data')) as [Buffer];
    expect(goOn.toString()).toMatch(/^HTTP\/1\.1 100 /u);
    busy.write(body.subarray(0, 100));
    const stopped = server?.stop();
    server = null;
    await once(idle, 'close');
    busy.write(body.subarray(100));
    const [answer] = (await once(busy, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /u);
    // Nobody waits for what a client that keeps its connection might ask next.
    await once(busy, 'close');
    await stopped;
  });
});

describe('a server with a token', () => {
  let url: string;
  const bearer = { authorization: `Bearer ${TOKEN}` };

  beforeEach(async () => {
    url = await start({ STOWAGE_ADMIN_TOKEN: TOKEN, STOWAGE_ORIGINS: 'https://app.example' });
  });

  it('asks for it everywhere but at the supervisors’ addresses', async () => {
    for (const path of ['/api/files', '/api/limits', '/upload', '/nowhere']) {
      const answer = await ask(url, path);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/u);
    }
    for (const path of ['/healthz', '/readyz']) expect((await ask(url, path)).status).toBe(200);
    expect((await ask(url, '/api/files', { headers: bearer })).status).toBe(200);
    expect((await ask(url, '/api/files', { headers: { ...bearer, host: 'files.example.org' } })).status).toBe(200);
  });

  it('gives a page a session for it, which reads and writes from our own page only', async () => {
    expect((await ask(url, '/api/session', { method: 'POST' })).status).toBe(415);
    const signedIn = await ask(url, '/api/session', { method: 'POST', headers: bearer });
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect((await ask(url, '/api/files', { headers: { cookie } })).status).toBe(200);
    const path = `/api/files/${newId()}`;
    const write = (headers: object) => ask(url, path, { method: 'DELETE', headers: { cookie, ...headers } });
    expect((await write({ origin: url })).status).toBe(404);
    expect((await write({ origin: 'https://app.example' })).status).toBe(404);
    expect((await write({})).status).toBe(403);
    expect((await write({ origin: 'https://evil.example' })).status).toBe(403);
    // A session does not prolong itself.
    const again = await ask(url, '/api/session', { method: 'POST', headers: { cookie, origin: url } });
    expect([again.status, again.headers['set-cookie']]).toEqual([415, undefined]);
    const out = await ask(url, '/api/session', { method: 'DELETE', headers: { cookie, origin: url } });
    expect([out.status, out.headers['set-cookie']?.[0]]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await ask(url, '/api/files', { headers: { cookie } })).status).toBe(401);
  });

  it('answers the preflight of a listed page without it', async () => {
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
    const answer = await ask(url, '/upload', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example');
    const refused = await ask(url, '/upload', {
      method: 'OPTIONS',
      headers: { ...headers, origin: 'https://evil.example' },
    });
    expect(refused.status).toBe(403);
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('a server that cannot start', () => {
  async function faultOf(environment: Readonly<Record<string, string>>): Promise<string> {
    try {
      await start(environment);
      return 'it started';
    } catch (error) {
      if (!(error instanceof StartFault)) throw error;
      return error.message;
    }
  }

  it('says that its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    expect(await faultOf({ PORT: String(port) })).toBe(
      `Port ${port} is taken by another program: stop it, or set PORT to another number.`,
    );
    taken.close();
  });

  it('says that its address is not of this machine', async () => {
    const fault = await faultOf({ HOST: '192.0.2.1', STOWAGE_ADMIN_TOKEN: TOKEN });
    expect(fault).toBe('This machine has no address 192.0.2.1: correct HOST.');
  });

  it('says that its folder cannot be used', async () => {
    await writeFile(join(home.folder, 'file'), '');
    expect(await faultOf({ STOWAGE_DATA_DIR: join(home.folder, 'file') })).toMatch(
      /^The data folder .* cannot be used/u,
    );
  });

  it('says that its database cannot be reached', async () => {
    expect(await faultOf({ DATABASE_URL: 'postgres://x:y@127.0.0.1:1/z' })).toMatch(/^The database at 127.0.0.1:1\/z/u);
  });

  it('leaves nothing behind that would keep another from starting', async () => {
    await faultOf({ HOST: '192.0.2.1', STOWAGE_ADMIN_TOKEN: TOKEN });
    expect((await ask(await start(), '/readyz')).status).toBe(200);
  });
});
