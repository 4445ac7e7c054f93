import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDatabase } from '../../../tools/postgres/embedded-postgres.mjs';

/** A new, empty database on the PostgreSQL of this run. */
export function freshDatabase(): Promise<string> {
  const server = process.env.STOWAGE_E2E_POSTGRES;
  if (server === undefined) throw new Error('The global setup has started no PostgreSQL.');
  return createDatabase(server, `test_${randomBytes(8).toString('hex')}`);
}

/** Asks a database what no address of the product tells, or puts it into a state that only an accident would. */
export async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
