import { query } from '../../support/database.js';
import type { Product } from '../../support/product.js';
import { until } from '../../support/until.js';

/**
 * Asks for a turn of the upkeep of uploads, which else comes once a minute, and waits until one that began after that has
 * ended. One that waits for a time which a clock has taken back is let run at once.
 */
export async function upkeepHasRun({ databaseUrl }: Product): Promise<void> {
  const asked = `INSERT INTO pgboss.job (name, policy, retry_limit, expire_in)
                 VALUES ('upload-upkeep', 'stately', 0, interval '60 s') ON CONFLICT DO NOTHING`;
  await query(databaseUrl, asked);
  const waiting = await query<{ id: string }>(
    databaseUrl,
    `UPDATE pgboss.job SET start_after = now() WHERE name = 'upload-upkeep' AND state = 'created' RETURNING id`,
  );
  const ids = waiting.map(({ id }) => `'${id}'`).join(', ');
  if (ids === '') return;
  const open = `SELECT 1 FROM pgboss.job WHERE id IN (${ids}) AND state IN ('created', 'active')`;
  await until('the upkeep of uploads has run', async () => (await query(databaseUrl, open)).length === 0, 60_000);
}
