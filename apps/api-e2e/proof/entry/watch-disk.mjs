/** Stands between the process and `node:fs/promises`: every call that changes something is told before and after. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:fs';

/** @typedef {(step: string) => void} Pass */
/** @typedef {Record<string, (...args: any[]) => Promise<any>>} Calls */

/** What `open` was asked for, by file handle. */
const places = new WeakMap();

/**
 * The part of the data folder that a path is in: `staging`, `blobs`, or `data` for the rest of it.
 * @param {unknown} place
 */
function partOf(place) {
  const names = path.relative(process.env.STOWAGE_DATA_DIR ?? '', String(place)).split(path.sep);
  const [first = ''] = names;
  return ['staging', 'blobs', 'quarantine'].includes(first) ? first : 'data';
}

/**
 * @param {Pass} pass
 * @param {Calls} calls
 * @param {string} name
 * @param {(self: object, args: any[]) => string | null} stepOf
 */
function watch(pass, calls, name, stepOf) {
  const real = calls[name];
  if (!real) return;
  calls[name] = async function watched(...args) {
    const step = stepOf(this, args);
    if (step === null) return real.apply(this, args);
    pass(`before ${step}`);
    const result = await real.apply(this, args);
    pass(`after ${step}`);
    return result;
  };
}

/** @param {Pass} pass */
export function watchDisk(pass) {
  const calls = /** @type {Calls} */ (/** @type {unknown} */ (fs));
  for (const name of ['mkdir', 'unlink', 'rm', 'truncate'])
    watch(pass, calls, name, (_, [at]) => `${name} ${partOf(at)}`);
  for (const name of ['link', 'rename']) watch(pass, calls, name, (_, [, to]) => `${name} into ${partOf(to)}`);
  const open = fs.open;
  /** @param {any[]} args */
  const watchedOpen = async (...args) => {
    const [at, flags] = args;
    const creates = typeof flags === 'number' && (flags & constants.O_CREAT) !== 0;
    if (creates) pass(`before create ${partOf(at)}`);
    const handle = await Reflect.apply(open, fs, args);
    if (creates) pass(`after create ${partOf(at)}`);
    const folder = typeof flags === 'number' && (flags & constants.O_DIRECTORY) !== 0;
    places.set(handle, `${folder ? 'folder ' : ''}${partOf(at)}`);
    watchHandles(pass, Object.getPrototypeOf(handle));
    return handle;
  };
  fs.open = /** @type {typeof fs.open} */ (watchedOpen);
  syncBuiltinESMExports();
}

let handlesWatched = false;

/**
 * @param {Pass} pass
 * @param {Calls} handles the prototype of all file handles
 */
function watchHandles(pass, handles) {
  if (handlesWatched) return;
  handlesWatched = true;
  for (const name of ['write', 'writev', 'writeFile', 'truncate', 'datasync', 'sync']) {
    watch(pass, handles, name, (handle) => {
      const place = places.get(handle);
      return place === undefined ? null : `${name} ${place}`;
    });
  }
}
