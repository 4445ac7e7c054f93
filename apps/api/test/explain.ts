import { jest } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';

/** A statement as it was sent to PostgreSQL. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The parts of a plan that are looked at, as `EXPLAIN (FORMAT JSON)` names them. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Parent Relationship'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** `STOWAGE_GOLDEN=write` takes what is found for what is right: look at the difference before you keep it. */
export const WRITES_GOLDEN = process.env.STOWAGE_GOLDEN === 'write';

/** Tables that grow without end. How the small ones are read is of no interest: PostgreSQL likes to read them whole. */
export const LARGE: readonly string[] = [
  'uploads',
  'chunks',
  'entries',
  'blobs',
  'accounts',
  'spaces',
  'space_members',
  'operations',
  'links',
  'link_accesses',
  'link_downloads',
  'link_proofs',
];

/** Everything that the processes' connections send while some work is done, in order; the queue of jobs is left out. */
export async function sent(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  const real = spy.getMockImplementation();
  spy.mockClear();
  try {
    await work();
    for (const [query, values] of spy.mock.calls as unknown as [unknown, unknown][]) {
      const sql = textOf(query);
      if (sql !== null && !sql.includes('pgboss'))
        statements.push({ sql, values: Array.isArray(values) ? values : [] });
    }
  } finally {
    if (real === undefined) spy.mockRestore();
  }
  return statements;
}

function textOf(query: unknown): string | null {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : null;
}

/** False for what has no plan: transactions, locks of tables. */
export function hasPlan({ sql }: Statement): boolean {
  return /^\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b/iu.test(sql);
}

/**
 * How a statement reaches the large tables: `uploads by uploads_pkey`, `blobs whole`. Without costs, joins and sorts, which
 * depend on how many rows there happen to be; whether an index alone answers, or through a bitmap, depends on them as well.
 */
export async function shapeOf(database: DataSource, { sql, values }: Statement): Promise<string[]> {
  const lines = new Set<string>();
  const partial = await partialIndexes(database);
  visit(await planOf(database, 'FORMAT JSON', sql, values), (node, relation) => {
    if (relation === undefined || !LARGE.includes(relation)) return;
    const index = node['Index Name'];
    // What is hashed for a comparison reads an index from its beginning to its end, which is no better than the table.
    const isHashed = node['Parent Relationship'] === 'SubPlan' && node['Index Cond'] === undefined;
    if (node['Node Type'] === 'Seq Scan') lines.add(`${relation} whole`);
    else if (index !== undefined && isHashed && !partial.has(index)) lines.add(`${relation} whole by ${index}`);
    else if (node['Index Name'] !== undefined) lines.add(`${relation} by ${node['Index Name']}`);
  });
  return [...lines].sort();
}

/** How many rows of the large tables a SELECT reads, those included that it then does not want. */
export async function rowsRead(database: DataSource, { sql, values }: Statement): Promise<number> {
  let rows = 0;
  visit(await planOf(database, 'ANALYZE, TIMING OFF, FORMAT JSON', sql, values), (node, relation) => {
    if (relation === undefined || !LARGE.includes(relation)) return;
    rows += ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1);
  });
  return rows;
}

/** Indexes that know some rows only: to read one of them as a whole is what it is for. */
async function partialIndexes(database: DataSource): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ name: string }[]>(
    `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indpred IS NOT NULL`,
  );
  return new Set(rows.map(({ name }) => name));
}

async function planOf(database: DataSource, options: string, sql: string, values: readonly unknown[]) {
  const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(`EXPLAIN (${options}) ${sql}`, [
    ...values,
  ]);
  if (row === undefined) throw new Error('EXPLAIN gave no plan');
  return row['QUERY PLAN'][0].Plan;
}

/** @param relation of a bitmap's index, which does not say it itself */
function visit(node: PlanNode, look: (node: PlanNode, relation: string | undefined) => void, relation?: string): void {
  const own = node['Relation Name'] ?? relation;
  look(node, own);
  const below = node['Node Type'] === 'Bitmap Heap Scan' || node['Node Type'].startsWith('Bitmap') ? own : undefined;
  for (const child of node.Plans ?? []) visit(child, look, below);
}
