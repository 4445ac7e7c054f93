import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { emptyDatabase } from '../../../test/test-database.js';
import { StartFault } from '../start-fault.js';
import { MIGRATIONS } from './database.module.js';
import { checkSchema, migrate } from './schema.js';

// Real: PostgreSQL.
let url: string;
let client: pg.Client;

beforeEach(async () => {
  url = await emptyDatabase();
  client = new pg.Client({ connectionString: url });
  await client.connect();
});

afterEach(() => client.end());

async function faultOf(work: Promise<void>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof StartFault)) throw error;
    return error.message;
  }
}

async function applied(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY timestamp');
  return rows.map(({ name }) => name);
}

const NEWER = `INSERT INTO migrations (timestamp, name)
  VALUES (9999000000000, 'FarAhead9999000000000'), (9998000000000, 'Ahead9998000000000')`;
const REFUSAL =
  'The database was last used by a newer Stowage (its schema has FarAhead9999000000000, which this version does not ' +
  'know): start that version, or restore a backup made before.';

describe('a schema', () => {
  it('may be none, older or the newest', async () => {
    expect(await faultOf(checkSchema(url))).toBeNull();
    await migrate(url);
    expect(await applied()).toEqual(MIGRATIONS.map(({ name }) => name));
    expect(await faultOf(checkSchema(url))).toBeNull();
    await migrate(url);
    const last = MIGRATIONS.at(-1)?.name;
    await client.query('DELETE FROM migrations WHERE name = $1', [last]);
    expect(await faultOf(checkSchema(url))).toBeNull();
  });

  it('of a newer version is refused, and by who was about to change it too', async () => {
    await migrate(url);
    await client.query(NEWER);
    expect(await faultOf(checkSchema(url))).toBe(REFUSAL);
    await client.query('DELETE FROM migrations WHERE timestamp < 9000000000000');
    expect(await faultOf(migrate(url))).toBe(REFUSAL);
    expect(await applied()).toEqual(['Ahead9998000000000', 'FarAhead9999000000000']);
  });

  it('is made once by servers that start together, and each finds it made', async () => {
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(await applied()).toEqual(MIGRATIONS.map(({ name }) => name));
  });

  it('waits for whoever is changing it', async () => {
    await client.query('SELECT pg_advisory_lock(1764000000)');
    let done = false;
    const waiting = migrate(url).then(() => {
      done = true;
    });
    const blocked = `SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`;
    while ((await client.query(blocked)).rowCount === 0);
    expect(done).toBe(false);
    expect(await faultOf(checkSchema(url))).toBeNull();
    await client.query('SELECT pg_advisory_unlock(1764000000)');
    await waiting;
    expect(await applied()).toHaveLength(MIGRATIONS.length);
  });
});
