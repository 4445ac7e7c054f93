import { readFileSync } from 'node:fs';
import { query } from '../../support/database.js';
import type { Product } from '../../support/product.js';

/** What some work has cost. */
export interface Costs {
  /** CPU time of the API's process, in clock ticks of 10 ms. */
  readonly api: number;
  /** The same of the processes of PostgreSQL that serve it. */
  readonly database: number;
  readonly ms: number;
}

/** Runs some work and tells what it cost. */
export async function costsOf(product: Product, work: () => Promise<unknown>): Promise<Costs> {
  const backends = await backendsOf(product);
  const before = { api: ticks(product.process.pid), database: sum(backends), at: performance.now() };
  await work();
  return {
    api: ticks(product.process.pid) - before.api,
    database: sum(backends) - before.database,
    ms: performance.now() - before.at,
  };
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below = NaN, above = NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (below + above) / 2;
}

async function backendsOf({ databaseUrl }: Product): Promise<number[]> {
  const rows = await query<{ pid: number }>(
    databaseUrl,
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  return rows.map(({ pid }) => pid);
}

function sum(pids: readonly number[]): number {
  return pids.reduce((total, pid) => total + ticks(pid), 0);
}

/** User and system time that a process has used; 0 when it is gone. */
function ticks(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}
