/**
 * Loaded before the API's own entry point (`node --import`), by tests only: a disk that fails one sync as Linux does. What
 * was written since the last sync is gone, its pages count as clean, and every later sync succeeds.
 *
 * STOWAGE_FAIL_SYNC: `<n>`: the n-th sync of a file in `staging` fails.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** @typedef {{ at: number, bytes: number }} Write */
/** @typedef {{ path: string, unsynced: Write[] }} Staged */

const failing = Number(process.env.STOWAGE_FAIL_SYNC ?? 0);
const staging = path.join(process.env.STOWAGE_DATA_DIR ?? '', 'staging') + path.sep;
let syncs = 0;

/** @type {WeakMap<object, Staged>} */
const files = new WeakMap();
/** @type {Map<string, Write[]>} */
const unsynced = new Map();

/** @param {string} call */
function ioError(call) {
  return Object.assign(new Error(`EIO: i/o error, ${call}`), { code: 'EIO', errno: -5, syscall: call });
}

/** @param {Record<string, (...args: any[]) => Promise<any>>} handles the prototype of all file handles */
function watchHandles(handles) {
  const { writev, write, datasync, sync } = handles;
  if (!writev || !write || !datasync || !sync) return;
  handles.writev = async function watched(buffers, position) {
    const result = await writev.call(this, buffers, position);
    files.get(this)?.unsynced.push({ at: position, bytes: result.bytesWritten });
    return result;
  };
  /** @param {typeof sync} real @param {string} call */
  const watchSync = (real, call) =>
    /** @this {object} */ async function watched() {
      const file = files.get(this);
      if (file && ++syncs === failing) {
        for (const { at, bytes } of file.unsynced.splice(0)) await write.call(this, Buffer.alloc(bytes), 0, bytes, at);
        throw ioError(call);
      }
      file?.unsynced.splice(0);
      return real.call(this);
    };
  handles.datasync = watchSync(datasync, 'fdatasync');
  handles.sync = watchSync(sync, 'fsync');
}

if (isMainThread && failing > 0) {
  const open = fs.open;
  const probe = await open(import.meta.filename);
  watchHandles(Object.getPrototypeOf(probe));
  await probe.close();
  /** @param {any[]} args */
  const watchedOpen = async (...args) => {
    const handle = await Reflect.apply(open, fs, args);
    const name = String(args[0]);
    if (name.startsWith(staging) && !path.basename(name).startsWith('.')) {
      const writes = unsynced.get(name) ?? [];
      unsynced.set(name, writes);
      files.set(handle, { path: name, unsynced: writes });
    }
    return handle;
  };
  fs.open = /** @type {typeof fs.open} */ (watchedOpen);
  syncBuiltinESMExports();
}
