import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { startEmbeddedPostgres } from '../../../../../tools/postgres/embedded-postgres.mjs';
import { emptyDatabase, serverUrl } from '../../../test/test-database.js';
import { removeFolder, temporaryFolder } from '../../../test/test-storage.js';
import { StartFault } from '../start-fault.js';
import { checkDatabase } from './settings.js';

/** Why a database is refused; null when it is not. */
async function faultOf(url: string): Promise<string | null> {
  try {
    await checkDatabase(url);
    return null;
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    expect(error.message).not.toContain('hunter2');
    return error.message;
  }
}

describe('a database', () => {
  it('is used as PostgreSQL comes', async () => {
    expect(await faultOf(serverUrl())).toBeNull();
  });

  it.each(['synchronous_commit=off', 'synchronous_commit=local', 'synchronous_commit=on'])(
    'is judged by its own settings, also for one database: %s',
    async (setting) => {
      const url = await emptyDatabase();
      const [name = '', value = ''] = setting.split('=');
      const { default: pg } = await import('pg');
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET ${name} = ${value}`);
      await client.end();
      expect(await faultOf(url)).toBe(
        value === 'off'
          ? 'The database runs with synchronous_commit off, so what it confirms can be lost: turn it on in postgresql.conf.'
          : null,
      );
    },
  );
});

describe('a database that can lose what it confirms', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  afterEach(() => removeFolder(folder));

  it('is refused, with all that is off', async () => {
    const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
    const postgres = await startEmbeddedPostgres({ dataDir: folder, settings });
    try {
      expect(await faultOf(postgres.url)).toBe(
        'The database runs with fsync, full_page_writes, synchronous_commit off, so what it confirms can be lost: turn them on in postgresql.conf.',
      );
    } finally {
      await postgres.stop();
    }
  });
});

describe('a database that cannot be used', () => {
  const silent: Server[] = [];

  afterEach(() => {
    for (const server of silent.splice(0)) server.close();
  });

  async function portOf(server: Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    silent.push(server);
    return (server.address() as AddressInfo).port;
  }

  it('is told in a sentence with the fix, and without the password', async () => {
    const port = await portOf(createServer());
    await new Promise((resolve) => silent.pop()?.close(resolve));
    expect(await faultOf(`postgres://stowage:hunter2@127.0.0.1:${port}/stowage`)).toMatch(
      new RegExp(
        `^The database at 127\\.0\\.0\\.1:${port}/stowage cannot be reached \\(.*ECONNREFUSED.*\\): start it, or correct DATABASE_URL\\.$`,
        'u',
      ),
    );
  });

  it.each([
    ['a wrong password', (url: URL) => (url.password = 'hunter2'), /password authentication failed/u],
    ['a database that is not there', (url: URL) => (url.pathname = '/nowhere'), /database "nowhere" does not exist/u],
    ['a role that is not there', (url: URL) => (url.username = 'nobody'), /authentication failed/u],
  ])('is one with %s', async (_, change, reason) => {
    const url = new URL(serverUrl());
    change(url);
    expect(await faultOf(url.toString())).toMatch(reason);
  });

  it('is a server that hangs up', async () => {
    const port = await portOf(createServer((socket) => socket.destroy()));
    expect(await faultOf(`postgres://stowage:hunter2@127.0.0.1:${port}/stowage`)).toMatch(/cannot be reached/u);
  });

  it('is an address that is none', async () => {
    expect(await faultOf('postgres://stowage:hunter2@[')).toMatch(/^The database at DATABASE_URL cannot be reached/u);
  });
});
