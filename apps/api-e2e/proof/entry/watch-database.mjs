/** Stands between the process and PostgreSQL: every statement that changes something is told before and after. */
import pg from 'pg';

const CHANGES = /\b(INSERT INTO|UPDATE|DELETE FROM) "?(?:public"?\.)?"?(\w+)/giu;

/**
 * What a statement changes: `INSERT chunks + UPDATE uploads`; empty when it only reads.
 * @param {string} sql
 */
function changesOf(sql) {
  const withoutLocks = sql.replaceAll(/FOR (NO KEY )?UPDATE|DO UPDATE/giu, '');
  const changes = [...withoutLocks.matchAll(CHANGES)].map(([, verb = '', table]) => `${verb.split(' ')[0]} ${table}`);
  return [...new Set(changes)].join(' + ');
}

/**
 * @param {unknown} query
 * @returns {string}
 */
const textOf = (query) => (typeof query === 'string' ? query : String(/** @type {any} */ (query)?.text ?? ''));

/** What each connection has changed in its transaction; absent outside of one. */
const transactions = new WeakMap();

/**
 * @param {object} connection
 * @param {string} sql
 */
function stepOf(connection, sql) {
  if (/^\s*(START TRANSACTION|BEGIN)/iu.test(sql)) transactions.set(connection, []);
  const changed = transactions.get(connection);
  if (/^\s*(COMMIT|ROLLBACK)/iu.test(sql)) {
    transactions.delete(connection);
    return changed?.length > 0 && /^\s*COMMIT/iu.test(sql) ? `COMMIT of ${changed.join(', ')}` : null;
  }
  // The job queue keeps its own tables in order.
  const changes = /\bpgboss\b/u.test(sql) ? '' : changesOf(sql);
  if (changes === '') return null;
  changed?.push(changes);
  return changes;
}

/** @param {(step: string) => void} pass */
export function watchDatabase(pass) {
  const connections = /** @type {{ query: (...args: any[]) => any }} */ (/** @type {unknown} */ (pg.Client.prototype));
  const real = connections.query;
  connections.query = function watched(...args) {
    const step = stepOf(this, textOf(args[0]));
    if (step === null) return real.apply(this, args);
    pass(`before ${step}`);
    const result = real.apply(this, args);
    if (typeof result?.then !== 'function') return result;
    return result.then((/** @type {unknown} */ rows) => {
      pass(`after ${step}`);
      return rows;
    });
  };
}
