/**
 * A real PostgreSQL inside: started, supervised and stopped by us, on loopback only, with a random password, durable by
 * its own defaults. Types and promises are in embedded-postgres.d.mts.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { LockedError, takeLock } from '../process-lock.mjs';
import { DATABASE, ROLE, childEnvironment, prepareCluster } from './cluster.mjs';
import { freePort } from './free-port.mjs';
import { nativeFolder } from './native-folder.mjs';
import { stopOrphans } from './orphans.mjs';
import { chooseRunner } from './run-as.mjs';
import { Server } from './server.mjs';

/** @typedef {import('./embedded-postgres.d.mts').EmbeddedPostgresOptions} Options */
/** @typedef {import('./embedded-postgres.d.mts').EmbeddedPostgres} EmbeddedPostgres */

const ATTEMPTS = 20;

/**
 * @param {Options} options
 * @returns {Promise<EmbeddedPostgres>}
 */
export async function startEmbeddedPostgres(options) {
  const home = openHome(options);
  const release = lock(home);
  try {
    return await start(options, home, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** @param {Options} options */
function openHome({ dataDir, mustExist }) {
  try {
    if (!mustExist) fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return fs.realpathSync(dataDir);
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    throw new Error(`The database folder ${dataDir} cannot be made or opened (${code}); give its owner write access.`);
  }
}

/** @param {string} home */
function lock(home) {
  try {
    return takeLock(path.join(home, 'owner.lock'));
  } catch (error) {
    if (error instanceof LockedError) {
      throw new Error(`The database in ${home} is in use by process ${error.pid}; stop that one first.`);
    }
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    throw new Error(`The database folder ${home} is not writable (${code}); give its owner write access.`);
  }
}

/**
 * @param {Options} options
 * @param {string} home
 * @param {() => void} release
 * @returns {Promise<EmbeddedPostgres>}
 */
async function start(options, home, release) {
  const log = options.log ?? (() => {});
  const { native, version: packageVersion } = nativeFolder();
  const major = packageVersion.split('.')[0] ?? '';
  const runner = chooseRunner({
    home,
    native,
    version: packageVersion,
    reachable: options.reachableDir ?? '/var/lib/stowage',
    runAs: options.runAs,
  });
  if (runner.notice) log(runner.notice);
  if (options.mustExist && !fs.existsSync(path.join(runner.cluster, 'PG_VERSION'))) {
    throw new Error(`There is no database in ${runner.cluster}.`);
  }
  await stopOrphans(runner.cluster, log);
  const { secret, created } = await prepareCluster(runner, home, major);
  if (created) log(`made a new database in ${runner.cluster}`);

  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const { settings = {}, env = {} } = options;
    const server = new Server({ runner, port, home, settings, env, deathSignal: deathSignal() });
    const outcome = await server.whenReady(log, options.signal);
    if (outcome === 'ready') return describe(server, secret, packageVersion, release);
    if (!outcome.retry || attempt === ATTEMPTS) throw new Error(outcome.message);
  }
}

/**
 * @param {Server} server
 * @param {string} secret
 * @param {string} packageVersion
 * @param {() => void} release
 * @returns {EmbeddedPostgres}
 */
function describe(server, secret, packageVersion, release) {
  const address = `127.0.0.1:${server.port}`;
  const exited = server.exited.then((exit) => {
    release();
    return exit;
  });
  return {
    url: `postgresql://${ROLE}:${secret}@${address}/${DATABASE}`,
    superuserUrl: `postgresql://postgres:${secret}@${address}/${DATABASE}`,
    port: server.port,
    pid: server.pid,
    version: packageVersion.split('.').slice(0, 2).join('.'),
    cluster: server.cluster,
    exited,
    onExit: (callback) => void exited.then(callback),
    stop: async () => {
      await server.stop();
      await exited;
    },
  };
}

/** @type {string[] | undefined} */
let deathSignalWords;

/**
 * The kernel sends the postmaster a fast shutdown when the process that started it dies, whatever killed it. Must come
 * after unshare: a change of credentials clears it.
 */
function deathSignal() {
  if (deathSignalWords) return deathSignalWords;
  const words = ['setpriv', '--pdeathsig', 'INT', '--'];
  const probe = spawnSync('setpriv', [...words.slice(1), 'true'], { env: childEnvironment, stdio: 'ignore' });
  deathSignalWords = process.platform === 'linux' && probe.status === 0 ? words : [];
  return deathSignalWords;
}

/**
 * @param {string} url
 * @param {string} name
 */
export async function createDatabase(url, name) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const made = new URL(url);
  made.pathname = `/${encodeURIComponent(name)}`;
  return made.toString();
}
