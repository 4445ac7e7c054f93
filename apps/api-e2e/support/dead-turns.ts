import { Client } from 'pg';

/**
 * A job that was killed while it ran keeps its next run waiting until its time is over, a minute or more. Nobody runs it
 * here any more: that time is let pass at once.
 */
export async function endTurnsOfTheDead(databaseUrl: string): Promise<void> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<{ jobs: string | null }>(`SELECT to_regclass('pgboss.job') AS jobs`);
    if (typeof rows[0]?.jobs !== 'string') return;
    await database.query(`UPDATE pgboss.job SET started_on = started_on - interval '1 day' WHERE state = 'active'`);
  } finally {
    await database.end();
  }
}
