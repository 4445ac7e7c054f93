import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { uploadResultSchema } from '@stowage/contract';
import { bytesOf, sha256Of } from '../../../../test/bytes.js';
import { digestWorker } from '../../../../test/digest-worker.js';
import type { Engine, Home } from '../../../../test/engine.js';
import { ask, formOf, type Answer, type Asking } from '../../../../test/http-client.js';
import { formBody, BOUNDARY, type SentPart } from '../../../../test/multipart-forms.js';
import { until } from '../../../../test/sending.js';
import { testLog } from '../../../../test/test-log.js';
import { parseConfiguration } from '../../../platform/config/configuration.js';
import type { RunningServer } from '../../../server.js';

// The server looks for its worker beside its own compiled files; here it is the one that the setup has compiled.
const threads = await import('node:worker_threads');
jest.unstable_mockModule('node:worker_threads', () => ({
  ...threads,
  Worker: class extends threads.Worker {
    constructor() {
      super(digestWorker());
    }
  },
}));
// Only from here on may anything be loaded that loads the worker.
const { newHome, removeHome, startEngine } = await import('../../../../test/engine.js');
const { startServer } = await import('../../../server.js');

let home: Home;
/** Looks into the server's home from outside. */
let engine: Engine;
let server: RunningServer;

beforeAll(async () => {
  home = await newHome();
  engine = await startEngine(home);
  const settings = {
    PORT: '0',
    DATABASE_URL: home.url,
    STOWAGE_DATA_DIR: home.folder,
    STOWAGE_MAX_CHUNK_REQUESTS: '3',
    STOWAGE_IDLE_TIMEOUT: '3',
  };
  server = await startServer(parseConfiguration(settings), testLog().logger);
});

beforeEach(() => engine.clear());

afterAll(async () => {
  await server.stop();
  await engine.stop();
  await removeHome(home);
});

/** The fields that Dropzone sends with one chunk. */
function fieldsOf(key: string, total: number, chunkSize: number, index: number): Record<string, string> {
  return {
    dzuuid: key,
    dzchunkindex: String(index),
    dztotalfilesize: String(total),
    dzchunksize: String(chunkSize),
    dztotalchunkcount: String(Math.max(1, Math.ceil(total / chunkSize))),
    dzchunkbyteoffset: String(index * chunkSize),
  };
}

async function post(fields: Readonly<Record<string, string>>, bytes: Buffer, name = 'a.bin'): Promise<Answer> {
  return ask(server.url, '/upload', await formOf(fields, bytes, name));
}

const rowsOf = async (table: 'uploads' | 'entries') =>
  (await engine.database.query<unknown[]>(`SELECT 1 FROM ${table}`)).length;

async function nothingIsLeft(): Promise<void> {
  await until(async () => (await rowsOf('uploads')) === 0 && (await engine.storage.store.staged()).length === 0);
}

/** The first bytes of a request, on a connection of its own. */
async function begin(asking: Asking, bytes: number): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const body = asking.body as Buffer;
  socket.write(
    `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${String(asking.headers?.['Content-Type'])}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body.subarray(0, bytes));
  await once(socket, 'connect');
  return socket;
}

const received = async () => (await engine.storage.store.staged()).length > 0;

describe('a form with a whole file', () => {
  it('is answered with the file, which downloads byte-equal', async () => {
    const bytes = bytesOf(300_000);
    const answer = await post({ path: 'a/b', sha256: sha256Of(bytes), anything: 'else' }, bytes, 'Ünï "x".txt');
    expect(answer.status).toBe(201);
    const { upload, complete, file } = uploadResultSchema.parse(answer.json());
    expect([upload.state, complete]).toEqual(['complete', true]);
    expect(file).toMatchObject({ name: 'Ünï "x".txt', path: 'a/b', size: 300_000, sha256: sha256Of(bytes) });
    expect(sha256Of((await ask(server.url, file?.url ?? '')).body)).toBe(sha256Of(bytes));
  });

  it('is refused with the sentence that people know when its name is taken', async () => {
    await post({}, bytesOf(10), 'report.pdf');
    const answer = await post({}, bytesOf(10), 'REPORT.pdf');
    expect(answer.status).toBe(409);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json()).toMatchObject({ error: 'File already exists', code: 'name-taken', status: 409 });
  });

  it('is refused when the digest is another', async () => {
    const answer = await post({ sha256: 'ab'.repeat(32) }, bytesOf(10));
    expect([answer.status, answer.json()['code']]).toEqual([400, 'digest-mismatch']);
    expect(await rowsOf('entries')).toBe(0);
  });
});

describe('a file in chunks', () => {
  it('lands once, though they come all at once and more than there are slots', async () => {
    const bytes = bytesOf(100_000);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const at = (index % 10) * 10_000;
        return post(fieldsOf('key', 100_000, 10_000, index % 10), bytes.subarray(at, at + 10_000));
      }),
    );
    for (const { status } of answers) expect([200, 201, 202]).toContain(status);
    const last = uploadResultSchema.parse(
      (await post(fieldsOf('key', 100_000, 10_000, 0), bytes.subarray(0, 10_000))).json(),
    );
    expect(last.file?.sha256).toBe(sha256Of(bytes));
    expect(await rowsOf('entries')).toBe(1);
  });

  it('may have no bytes', async () => {
    const answer = await post(fieldsOf('key', 0, 10, 0), Buffer.alloc(0));
    expect(answer.status).toBe(201);
    expect(uploadResultSchema.parse(answer.json()).file?.size).toBe(0);
  });
});

describe('a form that is wrong', () => {
  const good = fieldsOf('key', 25, 10, 0);
  const field = (name: string, content: string): SentPart => ({ name, content });
  const file = (content: Buffer, fileName = 'a.bin'): SentPart => ({ name: 'file', fileName, content });
  const fields = Object.entries(good).map(([name, content]) => field(name, content));
  const ten = bytesOf(10);

  it.each<[string, number, string, readonly SentPart[]]>([
    ['no file', 400, 'no-file', fields],
    ['two files', 400, 'several-files', [...fields, file(ten), file(ten)]],
    ['a field after the file', 400, 'field-after-file', [...fields, file(ten), field('path', 'a')]],
    [
      'too many fields',
      400,
      'multipart-limit',
      [...fields, ...Array.from({ length: 20 }, () => field('x', 'y')), file(ten)],
    ],
    ['a dz field missing', 400, 'missing-field', [...fields.slice(1), file(ten)]],
    ['a wrong offset', 400, 'offset-mismatch', [...fields.slice(0, 5), field('dzchunkbyteoffset', '1'), file(ten)]],
    ['a short chunk', 400, 'size-mismatch', [...fields, file(ten.subarray(1))]],
    ['a long chunk', 400, 'size-mismatch', [...fields, file(bytesOf(11))]],
    ['a name that is a path', 422, 'invalid-name', [...fields, field('name', '../../etc/passwd'), file(ten)]],
    ['a path that leaves the root', 422, 'invalid-path', [...fields, field('path', '../x'), file(ten)]],
  ])('is refused with %s, and leaves nothing', async (_, status, code, parts) => {
    const headers = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };
    const answer = await ask(server.url, '/upload', { method: 'POST', headers, body: formBody(parts) });
    expect([answer.status, answer.json()['code'], typeof answer.json()['error']]).toEqual([status, code, 'string']);
    await nothingIsLeft();
  });

  it('says "Size mismatch" where sizes do not add up', async () => {
    expect(String((await post(good, bytesOf(9))).json()['error'])).toMatch(/^Size mismatch/u);
  });
});

describe('a client that does not go on', () => {
  it('leaves nothing when it vanishes', async () => {
    const socket = await begin(await formOf(fieldsOf('key', 200_000, 200_000, 0), bytesOf(200_000), 'a.bin'), 100_000);
    await until(received);
    socket.destroy();
    await nothingIsLeft();
  });

  it('makes room for another that sends the same chunk, and its bytes are not mixed in', async () => {
    const fields = fieldsOf('key', 1_500_000, 1_500_000, 0);
    const socket = await begin(await formOf(fields, bytesOf(1_500_000), 'a.bin'), 1_000_000);
    const closed = once(socket, 'close');
    socket.resume();
    await until(received);
    const bytes = bytesOf(1_500_000);
    const answer = await post(fields, bytes);
    expect(answer.status).toBe(201);
    expect(uploadResultSchema.parse(answer.json()).file?.sha256).toBe(sha256Of(bytes));
    await closed;
  });

  it('is told after a while, and leaves nothing', async () => {
    const socket = await begin(await formOf(fieldsOf('key', 200_000, 200_000, 0), bytesOf(200_000), 'a.bin'), 100_000);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request-timeout"/u);
    await nothingIsLeft();
    socket.destroy();
  });
});

describe('more requests than slots', () => {
  it('wait for their turn, and are all taken', async () => {
    const holding = await Promise.all(
      ['a', 'b', 'c'].map(async (key) => {
        const asking = await formOf(fieldsOf(key, 200_000, 200_000, 0), bytesOf(200_000), `${key}.bin`);
        return { asking, socket: await begin(asking, 100_000) };
      }),
    );
    await until(async () => (await engine.storage.store.staged()).length === 3);
    const waiting = post(fieldsOf('d', 10, 10, 0), bytesOf(10), 'd.bin');
    // Long enough for a request that did not have to wait: it would have made its row.
    for (let round = 0; round < 20; round++) await ask(server.url, '/readyz');
    expect(await rowsOf('uploads')).toBe(3);
    for (const { asking, socket } of holding) {
      socket.resume();
      socket.write((asking.body as Buffer).subarray(100_000));
    }
    expect((await waiting).status).toBe(201);
    await until(async () => (await rowsOf('entries')) === 4);
    for (const { socket } of holding) socket.destroy();
  });
});
