import { DISK, type FileSystem } from './file-system.js';
import type { Volume } from './volume.js';

/**
 * The disk of a volume: before it is looked into or changed, it is seen to be that volume still. A wrong mount must take
 * no bytes, and must not make recorded ones seem lost. Files that are open already are where they were.
 */
export function diskOf(volume: Pick<Volume, 'during'>, disk: FileSystem = DISK): FileSystem {
  const checked =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      volume.during(() => work(...args));
  return {
    ...disk,
    open: checked((...args: Parameters<FileSystem['open']>) => disk.open(...args)),
    read: checked((...args: Parameters<FileSystem['read']>) => disk.read(...args)),
    link: checked((...args: Parameters<FileSystem['link']>) => disk.link(...args)),
    unlink: checked((...args: Parameters<FileSystem['unlink']>) => disk.unlink(...args)),
    mkdir: checked((...args: Parameters<FileSystem['mkdir']>) => disk.mkdir(...args)),
    rmdir: checked((...args: Parameters<FileSystem['rmdir']>) => disk.rmdir(...args)),
    readdir: checked((...args: Parameters<FileSystem['readdir']>) => disk.readdir(...args)),
    stat: checked((...args: Parameters<FileSystem['stat']>) => disk.stat(...args)),
    // A sync of another folder would say that our names are durable.
    syncFolder: checked((...args: Parameters<FileSystem['syncFolder']>) => disk.syncFolder(...args)),
  };
}
