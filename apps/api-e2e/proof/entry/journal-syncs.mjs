/**
 * Loaded before the API's own entry point (`node --import`), by tests only: writes down what becomes of syncs of files in
 * `staging`, a line each. `failed <file>`: the sync failed. `again <file>`: one was asked for after it had failed, which
 * would prove nothing.
 *
 * STOWAGE_SYNC_JOURNAL: the file to write to.
 */
import { appendFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const journal = process.env.STOWAGE_SYNC_JOURNAL ?? '';
const staging = path.join(process.env.STOWAGE_DATA_DIR ?? '', 'staging') + path.sep;

/** @type {WeakMap<object, string>} */
const files = new WeakMap();
/** By path: an upload's id is its file's name, so another descriptor of the same file counts as well. */
const condemned = new Set();

/** @param {Record<string, (...args: any[]) => Promise<any>>} handles the prototype of all file handles */
function watchHandles(handles) {
  const { datasync, sync } = handles;
  if (!datasync || !sync) return;
  /** @param {typeof sync} real */
  const watched = (real) =>
    /** @this {object} */ async function watchedSync() {
      const file = files.get(this);
      if (file !== undefined && condemned.has(file)) appendFileSync(journal, `again ${file}\n`);
      try {
        return await real.call(this);
      } catch (error) {
        if (file !== undefined) {
          condemned.add(file);
          appendFileSync(journal, `failed ${file}\n`);
        }
        throw error;
      }
    };
  handles.datasync = watched(datasync);
  handles.sync = watched(sync);
}

if (isMainThread && journal !== '') {
  const open = fs.open;
  const probe = await open(import.meta.filename);
  watchHandles(Object.getPrototypeOf(probe));
  await probe.close();
  /** @param {any[]} args */
  const watchedOpen = async (...args) => {
    const handle = await Reflect.apply(open, fs, args);
    const name = String(args[0]);
    // The probe of the disk has one name for all its files.
    if (name.startsWith(staging) && !path.basename(name).startsWith('.')) files.set(handle, path.basename(name));
    return handle;
  };
  fs.open = /** @type {typeof fs.open} */ (watchedOpen);
  syncBuiltinESMExports();
}
