import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { databaseErrorCode } from './database-errors.js';
import { MIGRATIONS } from './database.module.js';
import { directly, hasTable } from './direct-connection.js';
import { DatabaseFault } from './settings.js';

/** Names the advisory lock of whoever runs migrations; any number will do that nobody else takes. */
const MIGRATING = 1_764_000_000;
/** How long a server waits for another one that runs migrations. */
const PATIENCE = '60s';
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Refuses a database that a newer version has changed, since this one does not know what its rows mean. Changes nothing.
 * @throws DatabaseFault naming the newest migration that is unknown here
 */
export function checkSchema(url: string): Promise<void> {
  return directly(url, refuseNewer);
}

/**
 * Brings the schema up to date. Of servers that start at once one does it; the others wait, and find it done.
 * @throws DatabaseFault as {@link checkSchema}, or when another server takes longer than a minute
 */
export function migrate(url: string): Promise<void> {
  return directly(url, async (client) => {
    await takeTurn(client);
    await refuseNewer(client);
    await runMigrations(url);
  });
}

async function refuseNewer(client: Client): Promise<void> {
  if (!(await hasTable(client, 'migrations'))) return;
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY timestamp DESC, id DESC');
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const unknown = rows.find(({ name }) => !known.has(name));
  if (unknown === undefined) return;
  throw new DatabaseFault(
    `The database was last used by a newer Stowage (its schema has ${unknown.name}, which this version does not know): ` +
      'start that version, or restore a backup made before.',
  );
}

/** The lock belongs to the connection, so a process that dies gives it back. */
async function takeTurn(client: Client): Promise<void> {
  await client.query(`SET lock_timeout = '${PATIENCE}'`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATING]);
  } catch (error) {
    if (databaseErrorCode(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new DatabaseFault(
      'Another Stowage is still bringing this database up to date: wait until it has started, then start again.',
      { cause: error },
    );
  }
}

async function runMigrations(url: string): Promise<void> {
  // No statement_timeout: an index on millions of rows takes its time.
  const extra = { max: 1, connectionTimeoutMillis: 10_000, lock_timeout: 30_000 };
  const database = await new DataSource({ type: 'postgres', url, migrations: MIGRATIONS, extra }).initialize();
  try {
    await database.runMigrations({ transaction: 'all' });
  } finally {
    await database.destroy();
  }
}
