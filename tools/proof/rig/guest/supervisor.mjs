/**
 * Process 1 of a guest: the product's own PostgreSQL with its durable defaults, and the API as it was built, both with
 * their data on the disk that is going to lose its power. Speaks to the host in lines that begin with `rig:`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { startEmbeddedPostgres } from '../../../postgres/embedded-postgres.mjs';

const DISK = '/run/disk';
const DATA = `${DISK}/data`;
const CONTROL_PORT = 8081;

/** @param {string} line */
const say = (line) => void process.stdout.write(`rig: ${line}\n`);

/**
 * Writes marks into the log of all writes, one after the other. The disk is suspended meanwhile: the log takes a write down
 * with the first flush that began after it, and another flush that began later may end, and be relied upon, before that. A shell that is small does it: to fork the API would
 * copy all of its memory.
 */
function marker() {
  const script = `while read -r mark; do
    dmsetup suspend --noflush --nolockfs logged
    dmsetup message logged 0 mark "$mark"
    dmsetup resume logged
    echo "$mark"
  done`;
  const shell = spawn('bash', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(shell.stdout);
  /** @param {string} mark */
  return async (mark) => {
    const written = once(lines, 'line');
    shell.stdin.write(`${mark}\n`);
    await written;
  };
}

/**
 * What the host may ask for: a mark, or the count of what the product holds.
 * @param {string} databaseUrl
 * @param {((mark: string) => Promise<void>) | null} mark
 */
function control(databaseUrl, mark) {
  /** @param {string} path */
  const answer = async (path) => {
    if (path.startsWith('/mark/') && mark) return mark(path.slice('/mark/'.length));
    if (path !== '/count') throw new Error(`nothing at ${path}`);
    const { count } = await import(process.env.RIG_count ?? '');
    return count({ databaseUrl, dataDir: DATA });
  };
  createServer((request, response) => {
    void answer(request.url ?? '').then(
      (value) => response.end(JSON.stringify(value ?? null)),
      (error) => response.writeHead(500).end(String(error)),
    );
  }).listen(CONTROL_PORT, '0.0.0.0');
}

/**
 * Runs the API in this process: a guest has one processor, and every further Node.js costs it seconds.
 * @param {string} databaseUrl
 */
async function runApi(databaseUrl) {
  Object.assign(process.env, {
    ...{ DATABASE_URL: databaseUrl, STOWAGE_DATA_DIR: DATA, HOST: '0.0.0.0', PORT: '8080' },
    STOWAGE_ADMIN_TOKEN: process.env.RIG_token,
    // A guest is slow, and its network with it: that is no fault of a client.
    ...{ STOWAGE_MIN_RATE: '0', STOWAGE_IDLE_TIMEOUT: '600' },
  });
  // What it would tell its launcher.
  process.send = (message) => {
    say(`${/** @type {{ type: string }} */ (message).type} ${JSON.stringify(message)}`);
    return true;
  };
  await import(process.env.RIG_api ?? '');
}

const mark = process.env.RIG_log ? marker() : null;
const postgres = await startEmbeddedPostgres({
  dataDir: `${DATA}/postgres`,
  reachableDir: `${DISK}/reachable`,
  log: say,
});
say('database is ready');
postgres.onExit((exit) => say(`fault ${JSON.stringify({ message: `PostgreSQL ended: ${JSON.stringify(exit)}` })}`));
control(postgres.url, mark);
if (process.env.RIG_settle) {
  const { settle } = await import(process.env.RIG_count ?? '');
  await settle(postgres.url);
}
await runApi(postgres.url);
