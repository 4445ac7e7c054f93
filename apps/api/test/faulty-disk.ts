import { DISK, type FileSystem, type OpenFile } from '../src/blobs/filesystem/file-system.js';

/** Calls of the file port that a test can stand in front of. */
export type DiskCall = 'open' | 'writev' | 'datasync' | 'sync' | 'close' | 'statfs' | 'syncFolder' | 'link' | 'unlink';

/** The real disk, whose calls a test can count, hold up, or let fail. */
export class FaultyDisk implements FileSystem {
  /** Calls begun so far, in order. */
  readonly calls: DiskCall[] = [];
  /** Runs before the real call; throws in its place. */
  before: (call: DiskCall, path: string) => void | Promise<void> = () => undefined;

  /** Number of calls of a kind. */
  count(call: DiskCall): number {
    return this.calls.filter((made) => made === call).length;
  }

  private async watch<T>(call: DiskCall, path: string, work: () => Promise<T>): Promise<T> {
    this.calls.push(call);
    await this.before(call, path);
    return work();
  }

  async open(path: string, flags: number, mode?: number): Promise<OpenFile> {
    const file = await this.watch('open', path, () => DISK.open(path, flags, mode));
    return {
      writev: (buffers, position) => this.watch('writev', path, () => file.writev(buffers, position)),
      datasync: () => this.watch('datasync', path, () => file.datasync()),
      sync: () => this.watch('sync', path, () => file.sync()),
      truncate: (bytes) => file.truncate(bytes),
      close: async () => {
        // A file is closed even when closing it brings bad news.
        await file.close();
        await this.watch('close', path, () => Promise.resolve());
      },
    };
  }

  readonly read: FileSystem['read'] = (path, range) => DISK.read(path, range);
  readonly mkdir: FileSystem['mkdir'] = (path, mode) => DISK.mkdir(path, mode);
  readonly rmdir: FileSystem['rmdir'] = (path) => DISK.rmdir(path);
  readonly readdir: FileSystem['readdir'] = (path) => DISK.readdir(path);
  readonly stat: FileSystem['stat'] = (path) => DISK.stat(path);

  link(existing: string, path: string): Promise<void> {
    return this.watch('link', path, () => DISK.link(existing, path));
  }

  unlink(path: string): Promise<void> {
    return this.watch('unlink', path, () => DISK.unlink(path));
  }

  statfs(path: string): ReturnType<FileSystem['statfs']> {
    return this.watch('statfs', path, () => DISK.statfs(path));
  }

  syncFolder(path: string): Promise<void> {
    return this.watch('syncFolder', path, () => DISK.syncFolder(path));
  }
}
