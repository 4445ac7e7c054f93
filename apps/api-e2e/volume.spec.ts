import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freshDatabase, query } from './support/database.js';
import { DropzoneUpload, resultOf } from './support/dropzone.js';
import { LogBook } from './support/log-book.js';
import { Product } from './support/product.js';
import { Random, sha256 } from './support/random.js';
import { ServerProcess } from './support/server-process.js';

const random = new Random('volume');
let database: string;
let product: Product;
const others: ServerProcess[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  product = new Product({ database });
  await product.start();
});
afterEach(async () => {
  for (const other of others.splice(0)) {
    if (other.isRunning) other.signal('SIGKILL');
    await other.exited;
  }
});
afterAll(() => product.dispose());

/** Another server by hand. */
function another(dataDir: string, url: string, env: Readonly<Record<string, string>> = {}): ServerProcess {
  const settings = { HOST: '127.0.0.1', PORT: '0', STOWAGE_DATA_DIR: dataDir, DATABASE_URL: url };
  const server = new ServerProcess({ ...settings, ...env }, new LogBook());
  others.push(server);
  return server;
}

/** Why another server does not start; it has ended with 1. */
async function refusal(dataDir: string, url: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const server = another(dataDir, url, env);
  const reason = await server.fault();
  expect(await server.exited).toEqual({ code: 1, signal: null });
  expect(server.errors).toBe('');
  return reason;
}

function idOf(dataDir: string): string {
  return (JSON.parse(readFileSync(join(dataDir, 'volume.json'), 'utf8')) as { id: string }).id;
}

async function store(into: Product, name: string): Promise<{ id: string; digest: string }> {
  const content = random.bytes(300_000);
  const { id } = await new DropzoneUpload(into, { name, content, chunkSize: 100_000 }).complete();
  return { id, digest: sha256(content) };
}

describe('a second server on the folder of one that runs', () => {
  it('is refused with the process that has it, and disturbs nobody', async () => {
    expect(await refusal(product.dataDir, database)).toMatch(
      new RegExp(
        `^The data folder ${product.dataDir} is in use by another Stowage \\(process ${product.process.pid} on ${hostname()}, since .*\\): stop it first, or set STOWAGE_DATA_DIR to another folder\\.$`,
        'u',
      ),
    );
    const { id, digest } = await store(product, 'undisturbed');
    expect(sha256(await product.download(id))).toBe(digest);
    expect((await product.send('/readyz')).status).toBe(200);
  });

  it('is refused with another database too, which stays as it was', async () => {
    const other = await freshDatabase();
    expect(await refusal(product.dataDir, other)).toMatch(/which belongs to another database: correct DATABASE_URL/u);
    expect(await query(other, `SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual([]);
  });

  it('is refused while the first is stopped, and goes ahead at once when that is killed', async () => {
    product.process.signal('SIGSTOP');
    expect(await refusal(product.dataDir, database)).toMatch(/is in use by another Stowage/u);
    await product.kill();
    await product.start();
    expect((await product.send('/readyz')).status).toBe(200);
  });

  it('is refused when both start at the same moment, on a new folder and a new database', async () => {
    const url = await freshDatabase();
    const dataDir = join(product.folder, 'together');
    const servers = [another(dataDir, url), another(dataDir, url)];
    const started = await Promise.allSettled(servers.map((server) => server.ready()));
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const result of started) {
      if (result.status === 'rejected') expect(String(result.reason)).toMatch(/is in use by another Stowage/u);
    }
  });
});

describe('two servers that start at the same moment with folders of their own and one new database', () => {
  it('make the schema once, and one of them is refused', async () => {
    const url = await freshDatabase();
    const servers = ['left', 'right'].map((name) => another(join(product.folder, name), url));
    const started = await Promise.allSettled(servers.map((server) => server.ready()));
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const result of started) {
      if (result.status === 'rejected') expect(String(result.reason)).toMatch(/another data folder|on volume/u);
    }
    const names = (await query<{ name: string }>(url, 'SELECT name FROM migrations')).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(await query(url, 'SELECT ready FROM volumes')).toEqual([{ ready: true }]);
  });
});

describe('a folder that is not the one of the database', () => {
  it('is refused when it is missing or empty, and nothing is made in it', async () => {
    const missing = join(product.folder, 'missing');
    const words = `on volume ${idOf(product.dataDir)}, last seen at ${product.dataDir}: mount its disk`;
    const reason = await refusal(missing, database);
    expect(reason).toContain(`The data folder ${missing} is missing`);
    expect(reason).toContain(words);
    expect(existsSync(missing)).toBe(false);

    mkdirSync(missing);
    expect(await refusal(missing, database)).toContain(`The data folder ${missing} is empty`);
    expect(readdirSync(missing)).toEqual([]);
  });

  it('is refused when it is another volume', async () => {
    const other = new Product();
    await other.start();
    try {
      await other.stop();
      const reason = await refusal(other.dataDir, database);
      expect(reason).toContain(`is volume ${idOf(other.dataDir)}, but this database's files are on volume`);
      expect(reason).toContain(idOf(product.dataDir));
    } finally {
      await other.start();
      await other.dispose();
    }
  });

  it('is refused when its file is damaged', async () => {
    const damaged = join(product.folder, 'damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'volume.json'), '{"id":');
    expect(await refusal(damaged, await freshDatabase())).toBe(
      `The file ${join(damaged, 'volume.json')} is damaged: restore it from a backup of the folder, or remove it.`,
    );
  });

  it('is taken by a new database when the operator says so, and then refused to the old one', async () => {
    const old = await freshDatabase();
    const first = new Product({ database: old });
    await first.start();
    await first.stop();
    const url = await freshDatabase();
    const id = idOf(first.dataDir);
    try {
      const adopting = another(first.dataDir, url, { STOWAGE_ADOPT_VOLUME: id });
      await adopting.ready();
      expect(idOf(first.dataDir)).not.toBe(id);
      adopting.signal('SIGTERM');
      expect(await adopting.exited).toEqual({ code: 0, signal: null });
      await another(first.dataDir, url).ready();
      expect(await refusal(first.dataDir, old)).toMatch(/is volume .*, but this database's files are on volume/u);
    } finally {
      rmSync(first.folder, { recursive: true, force: true });
    }
  });
});

describe('a folder and a database that have not got as far as knowing each other', () => {
  it.each([
    ['from before there were volumes', 'DELETE FROM volumes'],
    ['left by a start that died before the folder had its id', 'UPDATE volumes SET ready = false'],
  ])('are one %s, and nothing is lost', async (_, sql) => {
    const { id, digest } = await store(product, `kept ${sql}`);
    await product.stop();
    await query(database, sql);
    rmSync(join(product.dataDir, 'volume.json'));

    await product.start();

    expect(await query(database, 'SELECT id, path, ready FROM volumes')).toEqual([
      { id: idOf(product.dataDir), path: product.dataDir, ready: true },
    ]);
    expect(sha256(await product.download(id))).toBe(digest);
  });

  it('are one when a start died after the folder had its id', async () => {
    await product.stop();
    await query(database, 'UPDATE volumes SET ready = false');
    const id = idOf(product.dataDir);

    await product.start();

    expect(await query(database, 'SELECT id, ready FROM volumes')).toEqual([{ id, ready: true }]);
  });

  it('are refused when one has files that the other does not know', async () => {
    await store(product, 'known');
    await product.stop();
    await query(database, 'DELETE FROM volumes');
    const file = join(product.dataDir, 'volume.json');
    const text = readFileSync(file);
    rmSync(file);
    try {
      expect(await refusal(join(product.folder, 'none'), database)).toMatch(/has no files, but this database has/u);
      expect(await refusal(product.dataDir, await freshDatabase())).toMatch(/files that this database does not know/u);
    } finally {
      await query(database, `INSERT INTO volumes (id, path, ready) VALUES ('${idIn(text)}', '', true)`);
      writeFileSync(file, text);
      await product.start();
    }
  });
});

function idIn(text: Buffer): string {
  return (JSON.parse(text.toString()) as { id: string }).id;
}

describe('a folder that is replaced while the server runs', () => {
  const away = () => `${product.dataDir}-away`;
  afterEach(() => {
    if (!existsSync(away())) return;
    rmSync(product.dataDir, { recursive: true, force: true });
    renameSync(away(), product.dataDir);
  });

  it.each([
    ['an empty one', () => mkdirSync(product.dataDir)],
    ['an empty one with our folders', () => mkdirSync(join(product.dataDir, 'staging'), { recursive: true })],
    ['a copy of itself', () => cpSync(away(), product.dataDir, { recursive: true })],
  ])('by %s takes no bytes, and no upload is thought lost', async (name, replace) => {
    const upload = new DropzoneUpload(product, { name, content: random.bytes(300_000), chunkSize: 100_000 });
    const { id } = resultOf(await upload.send(0)).upload;
    const { id: fileId } = await store(product, `stays, ${name}`);
    renameSync(product.dataDir, away());
    replace();
    const before = readdirSync(product.dataDir, { recursive: true }).sort();

    const late = new DropzoneUpload(product, { name: `late, ${name}`, content: random.bytes(9), chunkSize: 9 });
    for (const answer of [await upload.send(1), await late.send(0)]) {
      expect(answer.status).toBe(503);
      expect(answer.problem).toMatchObject({ code: 'storage-failed', retryable: true });
    }
    const ready = await product.send('/readyz');
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text)).toMatchObject({ failing: expect.arrayContaining(['volume']) });
    expect(readdirSync(product.dataDir, { recursive: true }).sort()).toEqual(before);

    rmSync(product.dataDir, { recursive: true });
    renameSync(away(), product.dataDir);
    expect((await product.send('/readyz')).status).toBe(200);
    expect((await product.status(id)).upload).toMatchObject({ state: 'receiving', received: 100_000 });
    await upload.complete();
    expect((await product.send(`/api/files/${fileId}/content`)).status).toBe(200);
  });
});

describe('a database that a newer version has used', () => {
  it('is refused, and nothing is changed', async () => {
    await product.stop();
    const [before] = await query<{ seen_at: Date }>(database, 'SELECT seen_at FROM volumes');
    await query(database, `INSERT INTO migrations (timestamp, name) VALUES (9999000000000, 'FarAhead9999000000000')`);

    expect(await refusal(product.dataDir, database)).toBe(
      'The database was last used by a newer Stowage (its schema has FarAhead9999000000000, which this version does not know): start that version, or restore a backup made before.',
    );

    const [after] = await query<{ seen_at: Date }>(database, 'SELECT seen_at FROM volumes');
    expect(after).toEqual(before);
    await query(database, `DELETE FROM migrations WHERE name = 'FarAhead9999000000000'`);
    await product.start();
  });
});
