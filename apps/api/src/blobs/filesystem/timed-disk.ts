import type { Timings } from '../../platform/telemetry/timings.js';
import type { FileSystem, OpenFile } from './file-system.js';

/** The same file system, with the time of every sync taken. */
export function timed(files: FileSystem, timings: Timings): FileSystem {
  const sync = (work: () => Promise<void>) => timings.measure('sync', work);
  return {
    open: async (path, flags, mode): Promise<OpenFile> => {
      const file = await files.open(path, flags, mode);
      return {
        writev: (buffers, position) => file.writev(buffers, position),
        datasync: () => sync(() => file.datasync()),
        sync: () => sync(() => file.sync()),
        truncate: (bytes) => file.truncate(bytes),
        close: () => file.close(),
      };
    },
    read: (path, range) => files.read(path, range),
    link: (existing, path) => files.link(existing, path),
    unlink: (path) => files.unlink(path),
    mkdir: (path, mode) => files.mkdir(path, mode),
    rmdir: (path) => files.rmdir(path),
    readdir: (path) => files.readdir(path),
    stat: (path) => files.stat(path),
    statfs: (path) => files.statfs(path),
    syncFolder: (path) => sync(() => files.syncFolder(path)),
  };
}
