/** Unpacks the database's archive to where the embedded PostgreSQL looks for its cluster. */
import { lchown, mkdir, open, readdir, rename } from 'node:fs/promises';
import fs from 'node:fs';
import path from 'node:path';
import { nativeFolder } from '../postgres/native-folder.mjs';
import { chooseRunner } from '../postgres/run-as.mjs';
import { Fault } from '../workspace/fault.mjs';
import { WrittenFile, bytesOf, makeFolder, syncFolder } from './durable-files.mjs';
import { tarEntries } from './tar-reader.mjs';

/**
 * The cluster appears whole or not at all. Its password is not in the backup: the first start makes another.
 * @param {string} archive `base.tar`
 * @param {string} home the database folder
 * @param {{ log: (line: string) => void, signal: AbortSignal, reachableDir?: string, runAs?: 'nobody' }} options
 *   the last two for tests, as of startEmbeddedPostgres
 * @throws {Fault} when the archive is not one of a cluster of ours
 */
export async function restoreCluster(archive, home, { log, signal, reachableDir = '/var/lib/stowage', runAs }) {
  await makeFolder(home);
  const { native, version } = nativeFolder();
  const runner = chooseRunner({ home, native, version, reachable: reachableDir, runAs });
  if (runner.notice) log(runner.notice);
  if (fs.existsSync(runner.cluster)) throw new Fault(`There is a database in ${runner.cluster} already; move it away.`);
  const building = `${runner.cluster}.new-${process.pid}`; // a name that the next start clears away
  await mkdir(building, { mode: 0o700 });
  await unpack(archive, building, signal);
  await syncFolders(building);
  const { uid, gid } = runner.ids;
  if (uid !== undefined) await giveTo(building, uid, gid ?? uid);
  await rename(building, runner.cluster);
  await syncFolder(path.dirname(runner.cluster));
}

/**
 * @param {string} archive
 * @param {string} to
 * @param {AbortSignal} signal
 */
async function unpack(archive, to, signal) {
  const tar = await open(archive, 'r');
  try {
    for await (const { kind, name, size, start } of tarEntries(tar)) {
      signal.throwIfAborted();
      if (kind === 'link')
        throw new Fault(`${archive} has a tablespace (${name}), which the embedded PostgreSQL never makes.`);
      if (kind === 'folder') await mkdir(path.join(to, name), { recursive: true, mode: 0o700 });
      else await writeFile(path.join(to, name), bytesOf(tar, start, start + size));
    }
  } finally {
    await tar.close();
  }
}

/**
 * @param {string} file
 * @param {AsyncIterable<Buffer>} content
 */
async function writeFile(file, content) {
  const written = await WrittenFile.create(file);
  try {
    for await (const bytes of content) await written.write(bytes);
    await written.finish();
  } finally {
    await written.abandon();
  }
}

/** @param {string} folder with everything in it */
async function syncFolders(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolders(path.join(folder, entry.name));
  }
  await syncFolder(folder);
}

/**
 * @param {string} folder
 * @param {number} uid
 * @param {number} gid
 */
async function giveTo(folder, uid, gid) {
  await lchown(folder, uid, gid);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const child = path.join(folder, entry.name);
    if (entry.isDirectory()) await giveTo(child, uid, gid);
    else await lchown(child, uid, gid);
  }
}
