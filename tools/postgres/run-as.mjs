/**
 * PostgreSQL refuses to run as root. As root it runs in a user namespace, where root's own files belong to an ordinary user
 * and nothing needs to be copied or made readable; where namespaces are not allowed it runs as nobody.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * @typedef {object} Runner how to start a program of PostgreSQL
 * @property {'self' | 'user-namespace' | 'other-user'} kind
 * @property {string[]} prefix words before the program
 * @property {{ uid?: number, gid?: number }} ids for spawn
 * @property {string} cluster the cluster's folder
 * @property {string} native the folder with bin, lib and share that this user can read
 * @property {string | undefined} notice what the operator should know
 */

/**
 * @typedef {object} Place
 * @property {string} home the folder given by the caller; belongs to us
 * @property {string} native
 * @property {string} version of the platform package
 * @property {string} reachable a folder for what `nobody` must reach when `home` lies below a closed folder
 * @property {'nobody' | undefined} runAs forces the fall-back (tests)
 */

/**
 * A user that PostgreSQL can be, from the password file: initdb looks its own user up there.
 * @param {(name: string, uid: number) => boolean} wanted
 */
function findUser(wanted) {
  const lines = fs.readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const line of lines) {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    if (uid !== '' && Number(uid) > 0 && wanted(name, Number(uid))) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** @returns {string[] | undefined} the words that put a program into a user namespace, when this machine allows it */
function namespacePrefix() {
  if (process.platform !== 'linux') return undefined;
  const user = findUser((_, uid) => uid === 1000) ?? findUser((name) => name === 'nobody') ?? findUser(() => true);
  if (!user) return undefined;
  const prefix = ['unshare', '-U', `--map-user=${user.uid}`, `--map-group=${user.gid}`];
  const probe = spawnSync('unshare', [...prefix.slice(1), 'true'], { stdio: 'ignore' });
  return probe.status === 0 ? prefix : undefined;
}

/** True when PostgreSQL cannot run as the user we are: root, or a user id without a name. */
function needsAnotherUser() {
  if (process.geteuid?.() === 0) return true;
  try {
    os.userInfo();
    return false;
  } catch {
    return true;
  }
}

/** @param {string} cluster */
function ownerOf(cluster) {
  try {
    return fs.statSync(cluster).uid;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} folder
 * @param {{ uid?: number, gid?: number }} ids
 * @param {string[]} [prefix]
 */
function canReach(folder, ids, prefix = []) {
  const [file = '', ...args] = [...prefix, '/bin/sh', '-c', 'cd "$1"', 'sh', folder];
  const probe = spawnSync(file, args, { ...ids, cwd: '/', stdio: 'ignore' });
  return probe.status === 0;
}

/**
 * Decides how PostgreSQL runs on this machine and where its cluster lies.
 * @param {Place} place
 * @returns {Runner}
 * @throws {Error} one sentence when there is no way
 */
export function chooseRunner(place) {
  const pointer = path.join(place.home, 'cluster-location');
  const cluster = fs.existsSync(pointer) ? fs.readFileSync(pointer, 'utf8').trim() : path.join(place.home, 'cluster');
  const plain = { prefix: [], ids: {}, cluster, native: place.native, notice: undefined };
  if (!needsAnotherUser()) return { ...plain, kind: 'self' };

  const owner = ownerOf(cluster);
  const foreign = owner !== undefined && owner !== process.geteuid?.();
  if (!foreign && place.runAs !== 'nobody') {
    const prefix = namespacePrefix();
    // Root in a namespace is an ordinary user: it cannot pass another user's closed folder.
    const reaches =
      prefix && [place.home, path.join(place.native, 'bin')].every((folder) => canReach(folder, {}, prefix));
    if (prefix && reaches) return { ...plain, kind: 'user-namespace', prefix };
  }
  if (process.geteuid?.() !== 0) {
    throw new Error(
      `The user id ${process.geteuid?.()} has no entry in /etc/passwd, which the embedded PostgreSQL needs; run as a named user, or set DATABASE_URL to a PostgreSQL server of yours.`,
    );
  }
  return asOtherUser(place, cluster, foreign ? owner : undefined, pointer);
}

/**
 * @param {Place} place
 * @param {string} cluster
 * @param {number | undefined} owner of an existing cluster that is not root's
 * @param {string} pointer the file that remembers a cluster outside the data folder
 * @returns {Runner}
 */
function asOtherUser(place, cluster, owner, pointer) {
  const user = owner === undefined ? findUser((name) => name === 'nobody') : findUser((_, uid) => uid === owner);
  if (!user) {
    throw new Error(
      'PostgreSQL does not run as root and this machine has neither user namespaces nor a user "nobody"; run as an ordinary user, or set DATABASE_URL.',
    );
  }
  const ids = { uid: user.uid, gid: user.gid };
  if (ownerOf(place.home) === 0) fs.chmodSync(place.home, 0o711); // the secret in it stays 0600
  let own = cluster;
  if (!canReach(place.home, ids) && cluster.startsWith(place.home)) {
    if (fs.existsSync(cluster)) {
      throw new Error(
        `The user ${user.name} cannot reach the database in ${cluster}; move the data folder out of closed folders, or run as the user who made it.`,
      );
    }
    own = path.join(place.reachable, `cluster-${createHash('sha256').update(place.home).digest('hex').slice(0, 16)}`);
    fs.mkdirSync(place.reachable, { recursive: true, mode: 0o755 });
    fs.writeFileSync(pointer, `${own}\n`, { mode: 0o600 });
  }
  if (fs.existsSync(own) && ownerOf(own) !== user.uid) chownTree(own, ids);
  return {
    kind: 'other-user',
    prefix: [],
    ids,
    cluster: own,
    native: reachableNative(place, ids),
    notice: `PostgreSQL runs as user ${user.name} (it refuses root, and user namespaces are not available); its files are in ${own}`,
  };
}

/**
 * @param {Place} place
 * @param {{ uid: number, gid: number }} ids
 */
function reachableNative(place, ids) {
  if (canReach(path.join(place.native, 'bin'), ids)) return place.native;
  const copy = path.join(place.reachable, `postgresql-${place.version}`);
  if (fs.existsSync(copy)) return copy;
  fs.mkdirSync(place.reachable, { recursive: true, mode: 0o755 });
  const building = `${copy}.new-${process.pid}`;
  fs.cpSync(place.native, building, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', building]); // whatever the umask of the install was
  fs.renameSync(building, copy);
  return copy;
}

/**
 * @param {string} folder
 * @param {{ uid: number, gid: number }} ids
 */
function chownTree(folder, ids) {
  fs.lchownSync(folder, ids.uid, ids.gid);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const child = path.join(folder, entry.name);
    if (entry.isDirectory()) chownTree(child, ids);
    else fs.lchownSync(child, ids.uid, ids.gid);
  }
}
