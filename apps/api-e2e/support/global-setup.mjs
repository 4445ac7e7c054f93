/** Once per run: a real PostgreSQL for all test files, and the seed of everything random in them. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../tools/postgres/embedded-postgres.mjs';

/** @typedef {import('../../../tools/postgres/embedded-postgres.mjs').EmbeddedPostgres} EmbeddedPostgres */

/** What {@link file://./global-teardown.mjs} takes down again. */
export const running = {
  folder: '',
  /** @type {EmbeddedPostgres | null} */
  postgres: null,
};

export default async function setUp() {
  process.env.STOWAGE_SEED ??= randomBytes(6).toString('hex');
  process.stderr.write(`STOWAGE_SEED=${process.env.STOWAGE_SEED} repeats this run\n`);
  running.folder = mkdtempSync(join(tmpdir(), 'stowage-e2e-'));
  running.postgres = await startEmbeddedPostgres({ dataDir: join(running.folder, 'postgres') });
  // Test files run in processes of their own; the environment is how they learn of it.
  process.env.STOWAGE_E2E_POSTGRES = running.postgres.url;
}
