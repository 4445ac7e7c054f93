/** The files of the embedded database: its secret, and a cluster that is whole or not there. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** @typedef {import('./run-as.mjs').Runner} Runner */

/** The role the API signs in with: owns its database, may create others, is no superuser. */
export const ROLE = 'stowage';
export const DATABASE = 'stowage';

/**
 * What PostgreSQL's programs get of our environment. Never the whole: ours holds tokens, and PG* variables would redirect.
 * @type {NodeJS.ProcessEnv}
 */
export const childEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Who may connect: by TCP on loopback with the secret, and the superuser also for a base backup. */
const ACCESS = 'host all all 127.0.0.1/32 scram-sha-256\n';
const REPLICATION = 'host replication postgres 127.0.0.1/32 scram-sha-256\n';

/**
 * A cluster made before there were backups lets nobody replicate.
 * @param {string} cluster
 */
function allowReplication(cluster) {
  const file = path.join(cluster, 'pg_hba.conf');
  if (/^host\w*\s+replication\s/m.test(fs.readFileSync(file, 'utf8'))) return;
  fs.appendFileSync(file, `\n${REPLICATION}`, { flush: true });
}

/** @param {string} folder */
function syncFolder(folder) {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/**
 * @param {string} home
 * @returns {string | undefined} the password of the database, if there is one yet
 */
function readSecret(home) {
  const file = path.join(home, 'secret');
  if (!fs.existsSync(file)) return undefined;
  fs.chmodSync(file, 0o600);
  const secret = fs.readFileSync(file, 'utf8').trim();
  return /^[\w-]{40,}$/.test(secret) ? secret : undefined;
}

/**
 * Comes after the database knows it: else a kill in between would leave a password that opens nothing.
 * @param {string} home
 * @param {string} secret
 */
function writeSecret(home, secret) {
  const file = path.join(home, 'secret');
  const building = `${file}.new-${process.pid}`;
  fs.writeFileSync(building, `${secret}\n`, { mode: 0o600, flush: true });
  fs.renameSync(building, file);
  syncFolder(home);
}

/**
 * Runs a program of PostgreSQL to its end.
 * @param {Runner} runner
 * @param {string} program
 * @param {string[]} args
 * @param {string} [input] for its standard input: the way for what must not be on a command line
 * @returns {Promise<void>}
 */
async function run(runner, program, args, input = '') {
  const [file = '', ...rest] = [...runner.prefix, path.join(runner.native, 'bin', program), ...args];
  const child = spawn(file, rest, {
    ...runner.ids,
    cwd: '/',
    env: childEnvironment,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (data) => (errors = (errors + data).slice(-4000)));
  child.stdin.on('error', () => {}); // it may exit before it has read all: the exit code says so
  child.stdin.end(input);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(status ?? signal));
  });
  if (code === 0) return;
  const reason = errors.split('\n').find((line) => /(FATAL|ERROR|error):/.test(line)) ?? '';
  throw new Error(`${program} of the embedded PostgreSQL failed (${code}) in ${runner.cluster}: ${reason.trim()}`);
}

/**
 * Statements for a server that listens nowhere; used before the first start and when the secret was lost.
 * @param {Runner} runner
 * @param {string} cluster
 * @param {string[]} statements
 */
function runAlone(runner, cluster, statements) {
  const args = ['--single', '-D', cluster, '-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic', 'postgres'];
  return run(runner, 'postgres', args, statements.map((statement) => `${statement};\n`).join(''));
}

/**
 * Makes the cluster when there is none. An interrupted attempt leaves only a folder with another name, removed here.
 * @param {Runner} runner
 * @param {string} home holds the secret
 * @param {string} major the major version of our programs
 * @returns {Promise<{ secret: string, created: boolean }>}
 * @throws {Error} one sentence: made by another major version, or initdb failed
 */
export async function prepareCluster(runner, home, major) {
  const parent = path.dirname(runner.cluster);
  const base = `${path.basename(runner.cluster)}.new-`;
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith(base)) fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
  const known = readSecret(home);
  const secret = known ?? randomBytes(32).toString('base64url');
  const versionFile = path.join(runner.cluster, 'PG_VERSION');
  if (fs.existsSync(versionFile)) {
    const found = fs.readFileSync(versionFile, 'utf8').trim();
    if (found !== major) {
      throw new Error(
        `The database in ${runner.cluster} was made by PostgreSQL ${found}, and this Stowage brings PostgreSQL ${major}; start the Stowage that made it, or move it as docs/operations.md says.`,
      );
    }
    allowReplication(runner.cluster);
    if (known === undefined) {
      await runAlone(runner, runner.cluster, setPasswords(secret));
      writeSecret(home, secret);
    }
    return { secret, created: false };
  }
  await createCluster(runner, path.join(parent, `${base}${process.pid}`), secret);
  syncFolder(parent);
  if (known === undefined) writeSecret(home, secret);
  return { secret, created: true };
}

/** @param {string} secret */
const setPasswords = (secret) => [
  `ALTER ROLE postgres PASSWORD '${secret}'`,
  `ALTER ROLE ${ROLE} LOGIN CREATEDB PASSWORD '${secret}'`,
];

/**
 * @param {Runner} runner
 * @param {string} building
 * @param {string} secret
 */
async function createCluster(runner, building, secret) {
  fs.mkdirSync(building, { mode: 0o700 });
  if (runner.ids.uid !== undefined) fs.chownSync(building, runner.ids.uid, runner.ids.gid ?? runner.ids.uid);
  // No way in (reject) until pg_hba.conf below; the built-in locale does not change with the machine's libraries.
  await run(runner, 'initdb', [
    ...['-D', building, '--username=postgres', '--auth=reject', '--encoding=UTF8', '--data-checksums'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions'],
  ]);
  fs.writeFileSync(path.join(building, 'pg_hba.conf'), `${ACCESS}${REPLICATION}`, { flush: true });
  await runAlone(runner, building, [
    `CREATE ROLE ${ROLE}`,
    ...setPasswords(secret),
    `CREATE DATABASE ${DATABASE} OWNER ${ROLE}`,
  ]);
  fs.renameSync(building, runner.cluster);
}
