import { randomBytes } from 'node:crypto';
import { createDatabase } from '../../../tools/postgres/embedded-postgres.mjs';

/** A new, empty database on the PostgreSQL of this run. */
export function freshDatabase(): Promise<string> {
  const server = process.env.STOWAGE_E2E_POSTGRES;
  if (server === undefined) throw new Error('The global setup has started no PostgreSQL.');
  return createDatabase(server, `test_${randomBytes(8).toString('hex')}`);
}
