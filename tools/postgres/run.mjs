/**
 * `npm run database`: the embedded PostgreSQL of a data folder alone, without the server, until Ctrl-C; made when there is
 * none. For psql, and for the way to the next major version.
 */
import path from 'node:path';
import { lockDataFolder, openDataFolder } from '../launch/preflight.mjs';
import { StopRequest } from '../launch/stop-request.mjs';
import { workspaceRoot } from '../workspace/root.mjs';
import { DATABASE, ROLE } from './cluster.mjs';
import { startEmbeddedPostgres } from './embedded-postgres.mjs';

/** @param {string} line */
const log = (line) => void process.stdout.write(`${line}\n`);

/** @param {StopRequest} stop */
async function run(stop) {
  const { STOWAGE_DATA_DIR } = process.env;
  const dataDir = STOWAGE_DATA_DIR ? path.resolve(STOWAGE_DATA_DIR) : path.join(workspaceRoot, 'data');
  openDataFolder(dataDir);
  const release = lockDataFolder(dataDir);
  try {
    const home = path.join(dataDir, 'postgres');
    const server = await startEmbeddedPostgres({ dataDir: home, log, signal: stop.signal });
    log(`PostgreSQL ${server.version} runs: host 127.0.0.1, port ${server.port}, user ${ROLE}, database ${DATABASE}.`);
    log(`The password is in ${path.join(home, 'secret')}. Ctrl-C stops it.`);
    await Promise.race([stop.requested, server.exited]);
    await server.stop();
    if (!stop.signal.aborted) throw new Error('PostgreSQL ended by itself; see its server.log.');
  } finally {
    release();
  }
}

try {
  await run(new StopRequest());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
