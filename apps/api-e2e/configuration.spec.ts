import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbeddedPostgres } from '../../tools/postgres/embedded-postgres.mjs';
import { freshDatabase } from './support/database.js';
import { LogBook } from './support/log-book.js';
import { freePort } from './support/free-port.js';
import { Product } from './support/product.js';
import { ServerProcess } from './support/server-process.js';

const folder = mkdtempSync(join(tmpdir(), 'stowage-e2e-'));
const right: Record<string, string> = { PORT: '0', STOWAGE_DATA_DIR: join(folder, 'data') };
beforeAll(async () => {
  right.DATABASE_URL = await freshDatabase();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the API where it must refuse; its reason. */
async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
  const logs = new LogBook();
  const server = new ServerProcess(env, logs);
  try {
    const reason = await server.fault();
    expect(await server.exited).toEqual({ code: 1, signal: null });
    // Who has no channel to it finds the same in the log, and no stack trace instead of a sentence.
    expect(logs.lines.filter(({ level }) => level === 'error').map(({ msg }) => msg)).toEqual([reason]);
    expect(server.errors).toBe('');
    return reason;
  } finally {
    if (server.isRunning) server.signal('SIGKILL');
    await server.exited;
  }
}

describe('a configuration with faults', () => {
  it('is refused with all of them at once', async () => {
    const reason = await refusal({
      ...{ PORT: '99999', STOWAGE_ADMIN_TOKEN: 'short', LOG_LEVEL: 'loud', STOWAGE_ORIGINS: 'https://a.example/path' },
      ...{ DATABASE_URL: 'mysql://localhost', STOWAGE_PUBLIC_URL: 'files.example.org', STOWAGE_MAX_FILE_SIZE: '-1' },
      ...{ STOWAGE_MAX_CHUNK_SIZE: '2147483648', STOWAGE_MAX_CHUNK_REQUESTS: 'many' },
    });

    for (const name of [
      ...['PORT', 'STOWAGE_ADMIN_TOKEN', 'LOG_LEVEL', 'STOWAGE_ORIGINS', 'DATABASE_URL', 'STOWAGE_PUBLIC_URL'],
      ...['STOWAGE_MAX_FILE_SIZE', 'STOWAGE_MAX_CHUNK_SIZE', 'STOWAGE_MAX_CHUNK_REQUESTS'],
    ]) {
      expect(reason).toMatch(new RegExp(`^${name} \\S`, 'mu'));
    }
    expect(reason).not.toContain('short');
  });

  it.each([
    ['a trusted proxy that is no address', { STOWAGE_TRUSTED_PROXIES: 'proxy' }, 'STOWAGE_TRUSTED_PROXIES'],
    ['no database', { DATABASE_URL: '' }, 'DATABASE_URL'],
    ['an origin of two hosts', { STOWAGE_ORIGINS: 'https://a.example https://b.example' }, 'STOWAGE_ORIGINS'],
    ['any origin', { STOWAGE_ORIGINS: '*' }, 'STOWAGE_ORIGINS'],
    ['a token with a space', { STOWAGE_ADMIN_TOKEN: `${'a'.repeat(20)} ${'b'.repeat(20)}` }, 'STOWAGE_ADMIN_TOKEN'],
  ])('is refused: %s', async (_, env, name) => {
    expect(await refusal({ ...right, ...env })).toContain(name);
  });

  it('is none: a server for everybody with a token', async () => {
    const product = new Product({ env: { HOST: '0.0.0.0', STOWAGE_ADMIN_TOKEN: 'x'.repeat(32) } });
    await product.start();
    try {
      expect((await product.send('/healthz')).status).toBe(200);
    } finally {
      await product.dispose();
    }
  });
});

describe('a machine that is not ready', () => {
  it('is told so: the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const reason = await refusal({ ...right, PORT: String(port) });
      expect(reason).toContain(`Port ${port} is taken`);
      expect(reason).toContain('PORT');
    } finally {
      other.close();
    }
  });

  it('is told so: the data folder cannot be written', async () => {
    const closed = join(folder, 'closed');
    writeFileSync(closed, '');
    expect(await refusal({ ...right, STOWAGE_DATA_DIR: join(closed, 'data') })).toContain('STOWAGE_DATA_DIR');
    rmSync(closed);

    chmodSync(folder, 0o500);
    try {
      const reason = await refusal({ ...right, STOWAGE_DATA_DIR: join(folder, 'new') });
      expect(reason).toContain(join(folder, 'new'));
      expect(reason).toContain('STOWAGE_DATA_DIR');
    } finally {
      chmodSync(folder, 0o700);
    }
  });

  it('is told so: the database cannot be reached, without its password', async () => {
    const url = `postgresql://stowage:do-not-tell@127.0.0.1:${await freePort()}/stowage`;
    const reason = await refusal({ ...right, DATABASE_URL: url });

    expect(reason).toContain('DATABASE_URL');
    expect(reason).not.toContain('do-not-tell');
  });

  it('is told so: the password of the database is wrong', async () => {
    const url = new URL(right.DATABASE_URL ?? '');
    url.password = 'wrong-password';
    const reason = await refusal({ ...right, DATABASE_URL: url.toString() });

    expect(reason).toContain('DATABASE_URL');
    expect(reason).not.toContain('wrong-password');
  });

  it('is told so: a database that may lose what it acknowledged', async () => {
    const settings = { fsync: 'off', full_page_writes: 'off' };
    const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), settings });
    try {
      const reason = await refusal({ ...right, DATABASE_URL: postgres.url });
      for (const name of Object.keys(settings)) expect(reason).toContain(name);
    } finally {
      await postgres.stop();
    }
  });

  it('is told so: a connection that may lose what it acknowledged', async () => {
    const url = `${right.DATABASE_URL ?? ''}?options=-c%20synchronous_commit%3Doff`;

    expect(await refusal({ ...right, DATABASE_URL: url })).toContain('synchronous_commit');
  });
});
