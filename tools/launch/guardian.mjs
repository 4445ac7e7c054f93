/**
 * The guardian of the embedded PostgreSQL: a small process of its own, so that the database is stopped in order whatever
 * happens to the launcher, and started again when it dies. Argument: the folder of the database.
 */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.mjs';

const FAILURES_IN_A_ROW = 12;
const LONGEST_PAUSE = 5_000;
const CALM = 60_000; // a server that ran this long has recovered, and its next death counts from one
const FOLDER_INTERVAL = 500;

/** @typedef {import('../postgres/embedded-postgres.d.mts').EmbeddedPostgres} EmbeddedPostgres */

const dataDir = process.argv[2] ?? '';
/** @param {string} line */
const log = (line) => void process.stdout.write(`database: ${line}\n`);
process.stdout.on('error', () => {});

/** @type {EmbeddedPostgres | undefined} */
let server;
let stopping = false;
const ending = new AbortController();
let failures = 0;

async function stop() {
  if (stopping) return;
  stopping = true;
  ending.abort();
  await server?.stop();
  leave(0);
}

/** @param {number} code */
function leave(code) {
  process.exitCode = code;
  if (process.connected) process.disconnect();
  process.removeAllListeners('message');
}

/** @param {number} ms */
const wait = (ms) => pause(ms, undefined, { signal: ending.signal }).catch(() => {}); // asked to stop: the loops look

/** @param {unknown} error */
const sentence = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} message */
function giveUp(message) {
  stopping = true;
  if (!process.connected) return leave(1);
  process.send?.({ type: 'fault', message }, () => leave(1));
}

/** @param {EmbeddedPostgres} started */
function watch(started) {
  server = started;
  const since = Date.now();
  started.onExit((exit) => {
    if (stopping || exit.expected) return;
    if (Date.now() - since > CALM) failures = 0;
    log(`PostgreSQL ended unexpectedly (${exit.signal ?? exit.code}); starting it again`);
    void restart(started);
  });
}

/**
 * Starts it again on the same port with the same password, so that whoever holds the URL can go on. Never makes a new
 * database: the folder of the old one may be on a disk that is away for a moment.
 * @param {EmbeddedPostgres} last
 */
async function restart(last) {
  while (!stopping) {
    failures++;
    if (failures > FAILURES_IN_A_ROW)
      return giveUp('The embedded PostgreSQL died again and again; see its server.log.');
    await wait(Math.min(100 * 2 ** failures, LONGEST_PAUSE));
    await folderIsBack(last.cluster);
    if (stopping) return;
    try {
      const again = await startEmbeddedPostgres({
        dataDir,
        port: last.port,
        mustExist: true,
        log,
        signal: ending.signal,
      });
      if (stopping) return void again.stop();
      log('PostgreSQL runs again');
      return watch(again);
    } catch (error) {
      if (!stopping) log(sentence(error));
    }
  }
}

/**
 * There, and on a disk that takes writes: a disk with errors is often made read-only for a while.
 * @param {string} cluster
 */
async function folderIsBack(cluster) {
  const isThere = () => {
    try {
      fs.accessSync(path.join(cluster, 'PG_VERSION'), fs.constants.W_OK);
      return true;
    } catch {
      return false;
    }
  };
  if (isThere()) return;
  log(`waiting for ${cluster} to come back`);
  while (!isThere() && !stopping) await wait(FOLDER_INTERVAL);
}

process.on('disconnect', () => void stop());
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('message', () => {}); // keeps the channel open, and us alive with it

try {
  const first = await startEmbeddedPostgres({ dataDir, log, signal: ending.signal });
  // Asked to stop meanwhile: nobody has heard of this server yet.
  if (stopping) await first.stop();
  else {
    watch(first);
    process.send?.({ type: 'ready', url: first.url, version: first.version, cluster: first.cluster });
  }
} catch (error) {
  if (!stopping) giveUp(sentence(error));
}
