/** What a backup says of itself: `backup.json`, written last. A folder without it is no backup. */
import fs from 'node:fs';
import path from 'node:path';
import { Fault } from '../workspace/fault.mjs';
import { writeWhole } from './durable-files.mjs';

export const FORMAT = 1;
const FILE = 'backup.json';
const NAME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z$/;
/** Ending of a folder in which a backup is being made, or was when it was killed. */
export const UNFINISHED = '.unfinished';

/** @typedef {{ name: string, size: number, sha256: string }} StoredFile a file of the backup's own folder */

/**
 * @typedef {object} Manifest
 * @property {typeof FORMAT} format
 * @property {string} version of the Stowage that made it
 * @property {string} platform such as `linux-x64`: a cluster's files fit no other
 * @property {string} begunAt ISO time of this machine
 * @property {string} finishedAt
 * @property {{ kind: 'embedded' | 'external' | 'none', version: string, start: string, end: string, seconds: number }} database
 *   `none`: files only; `version` such as `18.4`; log positions between which it was read
 * @property {StoredFile[]} files the archives of the database, `blobs.list`, `staging.list`, and copies of the data folder's own
 * @property {{ count: number, bytes: number, copied: number, copiedBytes: number, damaged: number, missing: number, rescued: number }} blobs
 *   `copied`: of these, the ones no earlier backup had; `rescued`: of these, the ones that only earlier backups had;
 *   `damaged`, `missing`: not taken from the data folder, and not in the backup either, since its own were
 * @property {import('./copy-staging.mjs').StagingCounts} staging bytes of unfinished uploads
 */

/** @param {Date} date */
export const backupName = (date) => `${date.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;

/**
 * @param {string} folder
 * @param {Manifest} manifest
 */
export const writeManifest = (folder, manifest) =>
  writeWhole(path.join(folder, FILE), `${JSON.stringify(manifest, null, 2)}\n`);

/**
 * @param {string} folder
 * @returns {boolean}
 */
const isBackup = (folder) => fs.existsSync(path.join(folder, FILE));

/**
 * The newest backup in a folder of backups, or the one named.
 * @param {string} root
 * @param {string | undefined} name
 * @returns {string} its folder
 * @throws {Fault}
 */
export function findBackup(root, name) {
  if (name !== undefined) {
    if (NAME.test(name) && isBackup(path.join(root, name))) return path.join(root, name);
    throw new Fault(`There is no backup ${name} in ${root}; ${describeNames(root)}.`);
  }
  const newest = backupNames(root).at(-1);
  if (newest === undefined) {
    throw new Fault(
      `There is no finished backup in ${root}: no folder in it has a ${FILE}; name the folder that npm run backup was given.`,
    );
  }
  return path.join(root, newest);
}

/** @param {string} root */
function backupNames(root) {
  const names = fs.existsSync(root) && fs.statSync(root).isDirectory() ? fs.readdirSync(root) : [];
  return names.filter((name) => NAME.test(name) && isBackup(path.join(root, name))).sort();
}

/** @param {string} root */
function describeNames(root) {
  const names = backupNames(root);
  return names.length === 0 ? 'there is none at all' : `there are ${names.join(', ')}`;
}

/**
 * @param {string} folder
 * @returns {Manifest}
 * @throws {Fault} when it cannot be understood
 */
export function readManifest(folder) {
  const file = path.join(folder, FILE);
  /** @type {Manifest | undefined} */
  let manifest;
  try {
    manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    throw new Fault(`${file} cannot be read; take another backup.`);
  }
  if (manifest?.format !== FORMAT) {
    throw new Fault(
      `${file} has format ${String(manifest?.format)}, and this Stowage reads ${FORMAT}; use the Stowage that made it.`,
    );
  }
  return manifest;
}
