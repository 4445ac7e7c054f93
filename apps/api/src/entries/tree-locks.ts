import type { EntityManager } from 'typeorm';

/** Keeps these locks apart from others; any number will do that nobody else takes. */
const TREES = 1_764_000_013;

/**
 * Locks the trees of spaces until the transaction ends. Whoever moves a folder takes them alone, since what it is moved into,
 * how deep that is and which space it is in must stay so; whoever puts something into a folder shares them. Comes before
 * every other lock, and once in a transaction: a shared one never becomes one alone.
 */
export async function lockTrees(
  manager: EntityManager,
  how: 'shared' | 'alone',
  ...spaceIds: readonly string[]
): Promise<void> {
  const lock = how === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  // In one order, so that two who want the same trees never wait for each other.
  for (const id of [...new Set(spaceIds)].sort()) {
    await manager.query(`SELECT ${lock}(hashtextextended($1, $2))`, [id, TREES]);
  }
}
