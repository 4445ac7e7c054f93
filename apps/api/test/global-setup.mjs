import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';
import { startEmbeddedPostgres } from '../../../tools/postgres/embedded-postgres.mjs';

const WORKER = fileURLToPath(new URL('../src/blobs/filesystem/digest-worker.ts', import.meta.url));

/**
 * Before all tests: a PostgreSQL with its durable defaults, and the digest worker as a module that a thread can load
 * (jest compiles what it imports itself, but a thread is outside of it). The workers of jest find both in the environment.
 */
export default async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'stowage-api-tests-'));
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    settings: { max_connections: '200' },
  });
  const worker = join(folder, 'digest-worker.mjs');
  const { code } = await transform(await readFile(WORKER, 'utf8'), {
    filename: WORKER,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  await writeFile(worker, code);
  process.env.STOWAGE_TEST_DATABASE_URL = postgres.url;
  process.env.STOWAGE_TEST_DIGEST_WORKER = worker;
  globalThis.stowageTests = { folder, postgres };
}
