import type { DataSource, QueryRunner } from 'typeorm';
import type { Power } from './power.js';

/** Makes every statement to a database a step that the power can be cut at. */
export function recordStatements(database: DataSource, power: Power): void {
  const create = database.createQueryRunner.bind(database);
  database.createQueryRunner = (mode) => {
    const runner = create(mode);
    const query = runner.query.bind(runner) as (...call: Parameters<QueryRunner['query']>) => Promise<unknown>;
    const recorded = (...call: Parameters<QueryRunner['query']>): Promise<unknown> =>
      power.call(nameOf(call[0]), () => query(...call));
    return Object.assign(runner, { query: recorded });
  };
}

/** `INSERT chunks`, `COMMIT`: enough to tell a statement from others. */
function nameOf(sql: string): string {
  const verb = /^\s*(\w+)/u.exec(sql)?.[1]?.toUpperCase() ?? '';
  const table = /\b(?:INTO|UPDATE|FROM)\s+"?(\w+)/iu.exec(sql)?.[1] ?? '';
  return `${verb} ${table}`.trim();
}
