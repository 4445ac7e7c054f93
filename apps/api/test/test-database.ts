import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { createDatabase } from '../../../tools/postgres/embedded-postgres.mjs';
import { StoredBlob } from '../src/blobs/entities/stored-blob.entity.js';
import { Entry } from '../src/entries/entities/entry.entity.js';
import { Space } from '../src/spaces/entities/space.entity.js';
import { MIGRATIONS } from '../src/platform/database/database.module.js';
import { Chunk } from '../src/upload/entities/chunk.entity.js';
import { Upload } from '../src/upload/entities/upload.entity.js';

/** URL of the tests' PostgreSQL server. */
export function serverUrl(): string {
  const url = process.env['STOWAGE_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('Medium tests need the global setup of apps/api/jest.config.mjs.');
  return url;
}

/** Makes an empty database; goes away with the server. */
export function emptyDatabase(): Promise<string> {
  return createDatabase(serverUrl(), `test_${randomBytes(8).toString('hex')}`);
}

/** Connects to a database; the caller destroys the connection. */
export function connect(url: string, connections = 10): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url,
    entities: [Space, Entry, StoredBlob, Upload, Chunk],
    migrations: MIGRATIONS,
    extra: { max: connections, lock_timeout: 5_000, statement_timeout: 30_000 },
  }).initialize();
}

/** Makes a database of the newest schema and connects to it; the caller destroys the connection. */
export async function migratedDatabase(connections = 10): Promise<DataSource> {
  const database = await connect(await emptyDatabase(), connections);
  await database.runMigrations();
  return database;
}
