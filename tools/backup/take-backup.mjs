/** A backup, from the hold on removals to its manifest: the database first, then the bytes, so that no row lacks its bytes. */
import fs from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { readableSize } from '../launch/box.mjs';
import { LockedError, takeLock } from '../process-lock.mjs';
import { Fault } from '../workspace/fault.mjs';
import { checkRows } from './check-rows.mjs';
import { copyBlobs } from './copy-blobs.mjs';
import { copyStaging, noteUnfinished } from './copy-staging.mjs';
import { openDatabase } from './database-source.mjs';
import { WrittenFile, makeFolder, syncFolder } from './durable-files.mjs';
import { Hold, connect } from './hold.mjs';
import { FORMAT, UNFINISHED, backupName, writeManifest } from './manifest.mjs';
import { nowAndThen, seconds, several } from './progress.mjs';
import { runTool } from './run-tool.mjs';
import { storeDatabase } from './store-database.mjs';

/** The file of the data folder that says which volume it is. */
const VOLUME_FILE = 'volume.json';

/** @typedef {import('./manifest.mjs').StoredFile} StoredFile */
/** @typedef {import('./manifest.mjs').Manifest} Manifest */

/**
 * @typedef {object} BackupPlan
 * @property {string} root where backups are kept; absolute
 * @property {string} dataDir absolute
 * @property {string | undefined} databaseUrl of a server that is not the embedded one
 * @property {boolean} filesOnly leave the database out
 * @property {string | undefined} databaseTool a program that backs the database up, instead of ours
 * @property {string} version of this Stowage
 * @property {(line: string) => void} log
 * @property {AbortSignal} signal
 */

/**
 * @param {BackupPlan} plan
 * @returns {Promise<{ folder: string, manifest: Manifest }>}
 * @throws {Fault}
 */
export async function takeBackup(plan) {
  const { root, dataDir, databaseUrl, log } = plan;
  if (!fs.existsSync(dataDir)) throw new Fault(`There is no data folder ${dataDir}; set STOWAGE_DATA_DIR.`);
  if (`${realPath(root)}${path.sep}`.startsWith(`${realPath(dataDir)}${path.sep}`)) {
    throw new Fault(`${root} is in the data folder ${dataDir}; a backup belongs on another disk.`);
  }
  await makeFolder(root);
  const unlock = lockRoot(root);
  try {
    const database = await openDatabase(dataDir, databaseUrl, log);
    try {
      return await withHold(plan, database);
    } finally {
      await database.close();
    }
  } finally {
    unlock();
  }
}

/**
 * Where something is, or will be when it is made, whatever symbolic links lead there.
 * @param {string} place
 * @returns {string}
 */
function realPath(place) {
  if (fs.existsSync(place)) return fs.realpathSync(place);
  return path.join(realPath(path.dirname(place)), path.basename(place));
}

/** @param {string} root */
function lockRoot(root) {
  try {
    return takeLock(path.join(root, 'backup.lock'));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new Fault(
      `Another backup into ${root} is running (process ${error.pid}); wait for it, or name another folder.`,
    );
  }
}

/**
 * @param {BackupPlan} plan
 * @param {import('./database-source.mjs').DatabaseSource} source
 */
async function withHold(plan, source) {
  const hold = await Hold.take(source.url);
  try {
    const run = new Backup({ ...plan, signal: AbortSignal.any([plan.signal, hold.lost]) }, source, hold);
    return await run.run();
  } finally {
    await hold.release();
  }
}

class Backup {
  #plan;
  #source;
  #hold;
  #began = new Date();
  /** @type {string} */
  #folder;
  /** @type {StoredFile[]} */
  #files = [];

  /**
   * @param {BackupPlan} plan
   * @param {import('./database-source.mjs').DatabaseSource} source
   * @param {Hold} hold
   */
  constructor(plan, source, hold) {
    this.#plan = plan;
    this.#source = source;
    this.#hold = hold;
    // Seconds tell backups apart, and two may begin in one.
    let named = this.#began;
    while (fs.existsSync(path.join(plan.root, backupName(named)))) named = new Date(named.getTime() + 1000);
    this.#folder = path.join(plan.root, `${backupName(named)}${UNFINISHED}`);
  }

  async run() {
    const { root, signal } = this.#plan;
    const finished = this.#folder.slice(0, -UNFINISHED.length);
    this.#removeUnfinished();
    await makeFolder(path.join(this.#folder, 'staging'));
    const client = await connect(this.#source.url);
    try {
      await this.#copyVolumeFile(client);
      const begun = await timeOf(client);
      await noteUnfinished(client);
      const database = await this.#storeDatabase(client);
      const times = { begun, ended: await timeOf(client) };
      const staging = await this.#copyStaging(client, times);
      const blobs = await this.#copyBlobs(client, begun);
      await this.#hold.confirm();
      signal.throwIfAborted();
      const manifest = this.#describe(database, blobs, staging);
      await writeManifest(this.#folder, manifest);
      await rename(this.#folder, finished);
      await syncFolder(root);
      this.#warn(manifest);
      return { folder: finished, manifest };
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** @param {Manifest} manifest */
  #warn({ blobs, staging }) {
    const { log } = this.#plan;
    const [lost, here] = ['had lost their bytes in the data folder before', 'not in the backup'];
    if (blobs.rescued > 0) {
      log(`Warning: ${several(blobs.rescued)} ${lost}; an earlier backup has them, and so this one does, too.`);
    }
    if (blobs.missing > 0) log(`Warning: ${several(blobs.missing)} ${lost}, and are ${here}.`);
    if (staging.damaged > 0) {
      log(`Warning: ${several(staging.damaged, 'unfinished upload')} ${lost}, and are ${here}.`);
    }
  }

  /** Left by a backup that was killed. */
  #removeUnfinished() {
    const { root, log } = this.#plan;
    for (const name of fs.readdirSync(root)) {
      if (!/^\d{4}-\d\d-\d\dT[\d-]+Z\.unfinished$/.test(name)) continue;
      log(`Removing ${name}, which an earlier run left unfinished.`);
      fs.rmSync(path.join(root, name), { recursive: true });
    }
  }

  /**
   * @param {import('pg').Client} client
   * @returns {Promise<Manifest['database']>}
   */
  async #storeDatabase(client) {
    const { filesOnly, databaseTool, log, signal } = this.#plan;
    const { rows } = await client.query('SHOW server_version');
    const version = String(rows[0].server_version).split(' ')[0] ?? '';
    const since = performance.now();
    if (databaseTool !== undefined) await runTool(databaseTool, this.#folder, signal);
    if (filesOnly || databaseTool !== undefined) {
      return { kind: 'none', version, start: '', end: '', seconds: seconds(since) };
    }
    const { files, start, end } = await storeDatabase(this.#source.replicationUrl, this.#folder, signal);
    this.#files.push(...files);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    log(`Database: ${readableSize(size)} in ${seconds(since)} s.`);
    return { kind: this.#source.kind, version, start, end, seconds: seconds(since) };
  }

  /**
   * @param {string} name
   * @param {(list: WrittenFile) => Promise<T>} write
   * @returns {Promise<T>}
   * @template T
   */
  async #withList(name, write) {
    const list = await WrittenFile.create(path.join(this.#folder, name));
    try {
      const result = await write(list);
      this.#files.push({ name, ...(await list.finish()) });
      return result;
    } finally {
      await list.abandon();
    }
  }

  /**
   * @param {import('pg').Client} database
   * @param {{ begun: string, ended: string }} times
   */
  async #copyStaging(database, times) {
    const { dataDir, signal, log } = this.#plan;
    const [from, to] = [path.join(dataDir, 'staging'), path.join(this.#folder, 'staging')];
    const counts = await this.#withList('staging.list', (list) =>
      copyStaging({ database, times, from, to, list, signal, onUnreadable: this.#onUnreadable }),
    );
    log(`Unfinished uploads: ${counts.count.toLocaleString('en-US')} with ${readableSize(counts.bytes)}.`);
    return counts;
  }

  /**
   * @param {import('pg').Client} client
   * @throws {Fault} when the data folder is not the one that the database's rows belong to
   */
  async #copyVolumeFile(client) {
    const { dataDir } = this.#plan;
    const file = path.join(dataDir, VOLUME_FILE);
    const content = fs.existsSync(file) ? fs.readFileSync(file) : Buffer.from('{}');
    const { rows } = await client.query('SELECT id FROM volumes');
    if (rows[0]?.id !== JSON.parse(content.toString('utf8')).id) {
      throw new Fault(
        `The data folder ${dataDir} is not the one that this database's files are in; correct STOWAGE_DATA_DIR or DATABASE_URL.`,
      );
    }
    await this.#withList(VOLUME_FILE, (copy) => copy.write(content));
  }

  /** @param {Error} fault */
  #onUnreadable = ({ message }) => this.#plan.log(`Warning: ${message}; the backup goes on without it.`);

  /**
   * @param {import('pg').Client} database
   * @param {string} begun
   * @returns {Promise<Manifest['blobs']>}
   */
  async #copyBlobs(database, begun) {
    const { root, dataDir, signal, log } = this.#plan;
    const say = nowAndThen(log);
    const [from, to] = [path.join(dataDir, 'blobs'), path.join(root, 'blobs')];
    await makeFolder(to);
    return this.#withList('blobs.list', async (list) => {
      const copied = await copyBlobs({
        ...{ from, to, list, signal },
        onProgress: (counts) =>
          say(() => `Contents: ${several(counts.count)} so far, ${readableSize(counts.copiedBytes)} copied.`),
        onUnreadable: this.#onUnreadable,
      });
      const { missing, rescued, rescuedBytes } = await checkRows({ database, begun, from, to, list, signal });
      return { ...copied, count: copied.count + rescued, bytes: copied.bytes + rescuedBytes, missing, rescued };
    });
  }

  /**
   * @param {Manifest['database']} database
   * @param {Manifest['blobs']} blobs
   * @param {Manifest['staging']} staging
   * @returns {Manifest}
   */
  #describe(database, blobs, staging) {
    return {
      format: FORMAT,
      version: this.#plan.version,
      platform: `${process.platform}-${process.arch}`,
      begunAt: this.#began.toISOString(),
      finishedAt: new Date().toISOString(),
      database,
      files: this.#files,
      blobs,
      staging,
    };
  }
}

/** @param {import('pg').Client} client */
async function timeOf(client) {
  const { rows } = await client.query('SELECT clock_timestamp()::text AS now');
  return String(rows[0].now);
}
