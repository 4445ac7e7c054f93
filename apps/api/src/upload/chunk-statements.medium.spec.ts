import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { bytesOf } from '../../test/bytes.js';
import { digestWorker } from '../../test/digest-worker.js';
import { watchCalls } from '../../test/file-handles.js';
import type { Home } from '../../test/engine.js';
import { sent } from '../../test/explain.js';
import { ask, formOf, type Asking } from '../../test/http-client.js';
import { testLog } from '../../test/test-log.js';
import { parseConfiguration } from '../platform/config/configuration.js';
import type { RunningServer } from '../server.js';

/* Real: the server with HTTP, PostgreSQL, the disk. */

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
const { newHome, removeHome } = await import('../../test/engine.js');
const { startServer } = await import('../server.js');

const CHUNK = 10;
const COUNT = 20;

let home: Home;
let server: RunningServer;

beforeAll(async () => {
  home = await newHome();
  const settings = { PORT: '0', DATABASE_URL: home.url, STOWAGE_DATA_DIR: home.folder };
  server = await startServer(parseConfiguration(settings), testLog().logger);
});

afterAll(async () => {
  await server.stop();
  await removeHome(home);
});

/** Sends a chunk of a file that is begun at the first. */
type SendChunk = (index: number) => Promise<number>;

async function send(path: string, asking: Asking): Promise<number> {
  const { status } = await ask(server.url, path, asking);
  return status;
}

function dropzone(): Promise<SendChunk> {
  const key = randomUUID();
  return Promise.resolve(async (index: number) => {
    const fields = {
      ...{ dzuuid: key, dzchunkindex: String(index), dztotalfilesize: String(COUNT * CHUNK) },
      ...{ dzchunksize: String(CHUNK), dztotalchunkcount: String(COUNT), dzchunkbyteoffset: String(index * CHUNK) },
    };
    return send('/upload', await formOf(fields, bytesOf(CHUNK), `${key}.bin`));
  });
}

async function begun(length: number | null, chunkSize?: number): Promise<string> {
  const body = JSON.stringify({
    name: `${randomUUID()}.bin`,
    length,
    ...(chunkSize === undefined ? {} : { chunkSize }),
  });
  const answer = await ask(server.url, '/api/uploads', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  return String(answer.headers.location);
}

async function chunks(): Promise<SendChunk> {
  const path = await begun(COUNT * CHUNK, CHUNK);
  return (index) => send(`${path}/chunks/${index}`, { method: 'PUT', body: bytesOf(CHUNK) });
}

async function ranges(): Promise<SendChunk> {
  const path = await begun(COUNT * CHUNK);
  return (index) => {
    const range = `bytes ${index * CHUNK}-${(index + 1) * CHUNK - 1}/*`;
    return send(`${path}/bytes`, { method: 'PUT', headers: { 'Content-Range': range }, body: bytesOf(CHUNK) });
  };
}

async function appends(length: number | null): Promise<SendChunk> {
  const path = await begun(length);
  return (index) => send(path, { method: 'PATCH', headers: { 'Upload-Offset': index * CHUNK }, body: bytesOf(CHUNK) });
}

/** What a statement does, in a word or two. */
function kindOf(sql: string): string {
  if (/INSERT INTO upload_leases/u.test(sql)) return 'claim';
  if (/INSERT INTO chunks/u.test(sql)) return 'record';
  if (/^SELECT[^]*FROM uploads/u.test(sql)) return 'find';
  return sql.trim().split(/\s/u)[0] ?? '';
}

/** Twice a second at most, as long as nobody has an account, whatever comes meanwhile. */
const IS_SET_UP = 'SELECT 1 FROM accounts LIMIT 1';

/* Who adds a statement to every chunk shall see it here, and have a reason. */
describe('a chunk in the middle of a file', () => {
  it.each<[string, () => Promise<SendChunk>, string[], string[]]>([
    ['of Dropzone', dropzone, ['find', 'claim', 'record'], ['find', 'claim']],
    ['by its index', chunks, ['find', 'claim', 'record'], ['find', 'claim']],
    ['by its range', ranges, ['find', 'claim', 'record'], ['find', 'claim']],
    ['that is appended', () => appends(COUNT * CHUNK), ['find', 'claim', 'record'], ['find']],
    // What comes is reserved with it, or undone.
    [
      'that is appended to a file of unknown length',
      () => appends(null),
      ['find', 'claim', 'START', 'record', 'COMMIT'],
      ['find'],
    ],
  ])('%s costs no more statements than these, and less when it is repeated', async (_, begin, once, again) => {
    const sendChunk = await begin();
    for (const index of [0, 1, 2]) expect(await sendChunk(index)).toBe(200);
    const kinds = async (index: number) => {
      const statements = await sent(() => sendChunk(index));
      return statements.flatMap(({ sql }) => (sql === IS_SET_UP ? [] : [kindOf(sql)]));
    };
    expect(await kinds(3)).toEqual(once);
    expect(await kinds(2)).toEqual(again);
  });
});

describe('5 MiB that come alone', () => {
  const content = bytesOf(5 * 1024 * 1024);
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each<[string, () => Promise<number>]>([
    ['of a form', async () => send('/upload', await formOf({}, content, `${randomUUID()}.bin`))],
    [
      'of a range',
      async () => send(`${await begun(content.length, content.length)}/chunks/0`, { method: 'PUT', body: content }),
    ],
  ])('%s are written in few pieces', async (_, sendAll) => {
    let writes = 0;
    await watchCalls('writev', () => writes++);
    expect(await sendAll()).toBeLessThan(300);
    expect(writes).toBeLessThanOrEqual(4);
  });
});
