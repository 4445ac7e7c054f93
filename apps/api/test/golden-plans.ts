import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { WRITES_GOLDEN, hasPlan, sent, shapeOf, type Statement } from './explain.js';

/** Something that the server does, in the words of the golden file. */
export interface Action {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  /** Why it may read a large table as a whole. */
  readonly whole?: string;
  /** Indexes that are as good as each other for what is so few that the statistics of the moment decide. */
  readonly tie?: readonly string[];
}

/** The statements that an action sends and that have a plan, each once, with the values that it was sent with last. */
export async function statementsOf({ run }: Action): Promise<Statement[]> {
  const statements = (await sent(run)).filter(hasPlan);
  return [...new Map(statements.map((statement) => [statement.sql, statement])).values()];
}

/** The same, with the values that each was sent with first as well: batches begin with many, and end with few. */
async function firstAndLastOf({ run }: Action): Promise<Statement[]> {
  const statements = (await sent(run)).filter(hasPlan);
  const first = new Map(statements.toReversed().map((statement) => [statement.sql, statement]));
  const last = new Map(statements.map((statement) => [statement.sql, statement]));
  return [...new Set([...first.values(), ...last.values()])];
}

/**
 * One line for each way in which its statements reach a large table, sorted: some of them are sent at the same time. A statement
 * that is sent with few values and with many may have two.
 */
async function describeAction(database: DataSource, action: Action): Promise<string> {
  const lines = new Map<string, string>();
  for (const statement of await firstAndLastOf(action)) {
    const shape = await shapeOf(database, statement);
    // What may read all does so in whichever way is cheaper by the statistics of the moment.
    const told =
      action.whole === undefined ? untied(shape, action) : [...new Set(shape.map((way) => way.split(' ')[0]))];
    const line = `  ${firstWords(statement.sql)}: ${told.join(', ')}`;
    if (told.length > 0) lines.set(`${statement.sql} ${line}`, line);
  }
  const why = action.whole === undefined ? [] : [`  may read all: ${action.whole}`];
  return [action.name, ...why, ...[...lines.values()].sort()].join('\n');
}

function untied(shape: readonly string[], { tie = [] }: Action): string[] {
  return shape.map((way) =>
    tie.some((index) => way.endsWith(` by ${index}`)) ? `${way.split(' ')[0] ?? ''} by any of ${tie.join(', ')}` : way,
  );
}

/** Enough of a statement to know it by. */
function firstWords(sql: string): string {
  const flat = sql.replace(/\s+/gu, ' ').replaceAll('"', '').trim();
  const table = /(?:INSERT INTO|UPDATE|DELETE FROM|FROM) (?!AS\b)([a-z_]+)/u.exec(flat)?.[1] ?? '';
  return `${flat.split(' ')[0] ?? ''} … ${table}`;
}

/**
 * Compares how actions reach their rows with a golden file; none may read a large table as a whole that does not say why.
 * @param file name of the file in `test/golden`
 */
export async function comparePlans(database: DataSource, actions: readonly Action[], file: string): Promise<void> {
  const golden = fileURLToPath(new URL(`golden/${file}`, import.meta.url));
  const parts: string[] = [];
  const faults: string[] = [];
  for (const action of actions) {
    const part = await describeAction(database, action);
    if (action.whole === undefined && / whole\b/u.test(part)) faults.push(part);
    parts.push(part);
  }
  expect(faults).toEqual([]);
  const plans = `${parts.join('\n\n')}\n`;
  if (WRITES_GOLDEN) await writeFile(golden, plans);
  expect(plans).toBe(await readFile(golden, 'utf8'));
}
