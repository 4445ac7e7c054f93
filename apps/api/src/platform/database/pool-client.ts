import pg from 'pg';
import { PreparedStatements } from './prepared-statements.js';

const statements = new PreparedStatements();

/** All of pg's many ways to ask. */
type Query = (this: pg.Client, statement: unknown, values?: unknown, callback?: unknown) => unknown;
const plain = pg.Client.prototype as unknown as { readonly query: Query };

/**
 * A connection of the pool that somebody listens to at every moment. TypeORM begins to listen a moment after the pool has
 * handed one over, and a server that dies in that moment can be heard in it: an error that nobody listens to ends the
 * process. The statement that comes next fails all the same.
 *
 * It prepares the statements that have values. TypeORM knows no prepared ones, and PostgreSQL would spend more time on reading
 * and planning the statements of a chunk than on carrying them out.
 */
export class PoolClient extends pg.Client {
  constructor(options?: string | pg.ClientConfig) {
    super(options);
    this.on('error', () => undefined);
  }
}

function prepared(statement: unknown, values: unknown): unknown {
  if (typeof statement !== 'string' || !Array.isArray(values) || values.length === 0) return statement;
  const known = statements.of(statement);
  return known === null ? statement : { ...known };
}

Object.assign(PoolClient.prototype, {
  query(this: pg.Client, statement: unknown, values?: unknown, callback?: unknown): unknown {
    return plain.query.call(this, prepared(statement, values), values, callback);
  },
});
