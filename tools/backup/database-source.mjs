/** The database that is backed up: the one that runs, else the embedded one, started for as long as it takes. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lockDataFolder } from '../launch/preflight.mjs';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.mjs';
import { clusterOf, runningServer } from '../postgres/running-server.mjs';
import { Fault } from '../workspace/fault.mjs';

/** A start or a restart of the server, which the lock of the data folder announces before its database is there. */
const STARTING_LIMIT = 90_000;

/**
 * @typedef {object} DatabaseSource
 * @property {'embedded' | 'external'} kind
 * @property {string} url for statements
 * @property {string} replicationUrl for the base backup
 * @property {() => Promise<void>} close stops what was started for it
 */

/**
 * @param {string} dataDir
 * @param {string | undefined} databaseUrl of a server that is not ours
 * @param {(line: string) => void} log
 * @returns {Promise<DatabaseSource>}
 * @throws {Fault}
 */
export async function openDatabase(dataDir, databaseUrl, log) {
  if (databaseUrl) {
    return { kind: 'external', url: databaseUrl, replicationUrl: databaseUrl, close: async () => {} };
  }
  const home = path.join(dataDir, 'postgres');
  if (!fs.existsSync(path.join(clusterOf(home), 'PG_VERSION'))) {
    throw new Fault(
      `There is no database in ${dataDir}; set STOWAGE_DATA_DIR, or DATABASE_URL when the database is a server of yours.`,
    );
  }
  for (const limit = Date.now() + STARTING_LIMIT; ; await pause(200)) {
    const running = runningServer(home);
    if (running)
      return { kind: 'embedded', url: running.url, replicationUrl: running.superuserUrl, close: async () => {} };
    try {
      const release = lockDataFolder(dataDir);
      return await startOurs(home, release, log);
    } catch (error) {
      if (!(error instanceof Fault) || Date.now() > limit) throw error;
    }
  }
}

/**
 * @param {string} home
 * @param {() => void} release gives the data folder back
 * @param {(line: string) => void} log
 * @returns {Promise<DatabaseSource>}
 */
async function startOurs(home, release, log) {
  try {
    const server = await startEmbeddedPostgres({ dataDir: home, mustExist: true, log });
    const close = async () => {
      await server.stop();
      release();
    };
    return { kind: 'embedded', url: server.url, replicationUrl: server.superuserUrl, close };
  } catch (error) {
    release();
    throw error;
  }
}
