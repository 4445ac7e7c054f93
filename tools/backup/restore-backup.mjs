/**
 * Puts a backup into an empty data folder. The file that names the volume comes last: until it is there, no server starts
 * on the folder, so a restore that was killed cannot be taken for a whole one.
 */
import fs from 'node:fs';
import { chmod, open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { readableSize } from '../launch/box.mjs';
import { lockDataFolder, openDataFolder } from '../launch/preflight.mjs';
import { nativeFolder } from '../postgres/native-folder.mjs';
import { Fault } from '../workspace/fault.mjs';
import { checkBlobs, checkFiles } from './check-backup.mjs';
import { makeFolder, writeWhole } from './durable-files.mjs';
import { findBackup, readManifest } from './manifest.mjs';
import { several } from './progress.mjs';
import { restoreBlobs, restoreStaging } from './restore-bytes.mjs';
import { restoreCluster } from './restore-cluster.mjs';

/** What an empty folder may hold: a file system's own, and locks. */
const NOTHING = new Set(['lost+found', 'launcher.lock', 'volume.lock']);

/**
 * @typedef {object} RestorePlan
 * @property {string} root where backups are kept; absolute
 * @property {string | undefined} name of one backup; the newest when missing
 * @property {string} dataDir absolute
 * @property {string | undefined} databaseUrl of a server that is not the embedded one
 * @property {boolean} verify hash all contents, too
 * @property {(line: string) => void} log
 * @property {AbortSignal} signal
 */

/** @param {string} dataDir */
function refuseUsed(dataDir) {
  const names = fs.existsSync(dataDir) ? fs.readdirSync(dataDir).filter((name) => !NOTHING.has(name)) : [];
  if (names.length === 0) return;
  throw new Fault(
    `The data folder ${dataDir} is not empty (${names[0]}); move it away, or set STOWAGE_DATA_DIR to a new folder.`,
  );
}

/**
 * A cluster's files fit the kind of machine and the major version they were made by.
 * @param {import('./manifest.mjs').Manifest} manifest
 */
function refuseForeign({ platform, database }) {
  const here = `${process.platform}-${process.arch}`;
  if (platform !== here) {
    throw new Fault(
      `The backup was made on ${platform} and this is ${here}, which cannot read its database; restore it on ${platform}.`,
    );
  }
  const ours = nativeFolder().version.split('.')[0];
  const theirs = database.version.split('.')[0];
  if (ours !== theirs) {
    throw new Fault(
      `The backup has a database of PostgreSQL ${theirs}, and this Stowage brings PostgreSQL ${ours}; restore it with the Stowage that made it.`,
    );
  }
}

/**
 * The kernel's lock that the server takes, too.
 * @param {string} dataDir
 * @returns {Promise<() => Promise<void>>} gives it back
 */
async function lockVolume(dataDir) {
  /** @type {{ tryLock(fd: number): boolean }} */
  const locks = createRequire(import.meta.url)('fs-native-extensions');
  const file = await open(path.join(dataDir, 'volume.lock'), 'a+', 0o600);
  if (locks.tryLock(file.fd)) return () => file.close();
  await file.close();
  throw new Fault(`The data folder ${dataDir} is in use by another Stowage; stop it first.`);
}

/**
 * @param {RestorePlan} plan
 * @returns {Promise<{ folder: string, manifest: import('./manifest.mjs').Manifest, database: boolean }>} `database`: whether it was restored, too
 * @throws {Fault} before anything is written, when the backup or the data folder is not fit for it
 */
export async function restoreBackup(plan) {
  const { root, name, dataDir, databaseUrl, log, signal } = plan;
  const folder = findBackup(root, name);
  const manifest = readManifest(folder);
  const withDatabase = manifest.database.kind === 'embedded' && !databaseUrl;
  if (withDatabase) refuseForeign(manifest);
  refuseUsed(dataDir);
  log(`Restoring ${path.basename(folder)}: ${several(manifest.blobs.count)}, ${readableSize(manifest.blobs.bytes)}.`);
  await checkFiles(folder, manifest);
  await checkBlobs(root, folder, signal);

  openDataFolder(dataDir);
  const unlock = lockDataFolder(dataDir);
  try {
    const unlockVolume = await lockVolume(dataDir);
    try {
      // Another restore may have been faster.
      refuseUsed(dataDir);
      await fill(plan, folder, withDatabase);
    } finally {
      await unlockVolume();
    }
  } finally {
    unlock();
  }
  return { folder, manifest, database: withDatabase };
}

/**
 * @param {RestorePlan} plan
 * @param {string} folder of the backup
 * @param {boolean} withDatabase
 */
async function fill({ root, dataDir, verify, log, signal }, folder, withDatabase) {
  await chmod(dataDir, 0o700);
  for (const name of ['blobs', 'staging']) await makeFolder(path.join(dataDir, name));
  await restoreBlobs({ root, folder, dataDir, verify, log, signal });
  await restoreStaging({ root, folder, dataDir, signal });
  if (withDatabase)
    await restoreCluster(path.join(folder, 'base.tar'), path.join(dataDir, 'postgres'), { log, signal });
  signal.throwIfAborted();
  await writeWhole(path.join(dataDir, 'volume.json'), fs.readFileSync(path.join(folder, 'volume.json'), 'utf8'));
}
