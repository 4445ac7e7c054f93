import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { connect, emptyDatabase } from '../../../test/test-database.js';
import { MIGRATIONS } from './database.module.js';

let url: string;
let database: DataSource;

beforeAll(async () => {
  url = await emptyDatabase();
  database = await connect(url);
});

afterAll(() => database.destroy());

describe('the migrations', () => {
  it('make the schema of the entities, once', async () => {
    expect(await database.runMigrations()).toHaveLength(MIGRATIONS.length);
    expect(await database.runMigrations()).toEqual([]);
    for (const { target } of database.entityMetadatas) await database.getRepository(target).find({ take: 1 });
  });

  it('have each column that the entities have, of the same kind', async () => {
    for (const { tableName, columns } of database.entityMetadatas) {
      const rows = await database.query<{ column_name: string; data_type: string; is_nullable: string }[]>(
        `SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = $1`,
        [tableName],
      );
      const described = (name: string, type: string, nullable: boolean) => `${name} ${type}${nullable ? ' null' : ''}`;
      const types: Readonly<Record<string, string>> = { timestamptz: 'timestamp with time zone' };
      expect(rows.map((row) => described(row.column_name, row.data_type, row.is_nullable === 'YES')).sort()).toEqual(
        columns
          .map(({ databaseName, type, isNullable }) =>
            described(databaseName, types[String(type)] ?? String(type), isNullable),
          )
          .sort(),
      );
    }
  });

  it('make the one space, with its data, in one go', async () => {
    expect(await database.query('SELECT name FROM spaces')).toEqual([{ name: 'Files' }]);
  });

  it('only go forward', async () => {
    await expect(database.undoLastMigration()).rejects.toThrow('only go forward');
  });

  it('are run once by two servers that start together', async () => {
    const together = await emptyDatabase();
    const both = await Promise.all([connect(together), connect(together)]);
    const runs = await Promise.allSettled(both.map((one) => one.runMigrations()));
    expect(runs.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    const [first] = both;
    expect(await first?.query('SELECT name FROM spaces')).toEqual([{ name: 'Files' }]);
    for (const one of both) await one.destroy();
  });
});
