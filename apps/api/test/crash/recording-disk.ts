import { constants } from 'node:fs';
import { dirname, basename } from 'node:path';
import { DISK, type FileSystem, type OpenFile } from '../../src/blobs/filesystem/file-system.js';
import { imageAfterCut, readImage, treeOf, type DiskImage } from './disk-image.js';
import { FileNode, type PendingChange } from './file-node.js';
import { FolderNode, type Node } from './folder-node.js';
import type { Power } from './power.js';
import type { Survival } from './survival.js';

/** The folders that the store writes to, and those of them that every store has. */
export const STORE_FOLDERS = ['staging', 'blobs', 'quarantine'] as const;
/** See {@link STORE_FOLDERS}. */
export const EMPTY_STORE = { files: new Map<string, Buffer>(), folders: ['staging', 'blobs'] };

/** What a folder is to the store. */
type Place = SkippedSync | 'quarantine' | 'root';

/** Syncs that a lying disk can leave out. */
export type SkippedSync = 'bytes' | 'staging' | 'blobs' | 'space' | 'shard';

/**
 * The real disk, of which every call is a step and every write, name and sync is recorded, so that it knows what a power
 * cut at any moment would leave.
 */
export class RecordingDisk implements FileSystem {
  private constructor(
    private readonly root: string,
    private readonly tree: FolderNode,
    private readonly power: Power,
    private readonly skipped: SkippedSync | null,
  ) {}

  /**
   * Takes what lies in a store's folders for durable, and records from then on.
   * @param skipped syncs that do nothing, though they say they did
   */
  static async over(root: string, power: Power, skipped: SkippedSync | null = null): Promise<RecordingDisk> {
    return new RecordingDisk(root, treeOf(await readImage(root, STORE_FOLDERS)), power, skipped);
  }

  /** What a power cut leaves. */
  afterCut(survival: Survival): DiskImage {
    return imageAfterCut(this.tree, survival);
  }

  private placeOf(folder: string): Place {
    const [first, ...below] = folder.slice(this.root.length + 1).split('/');
    if (first === '') return 'root';
    if (first === 'staging' || first === 'quarantine') return first;
    return (['blobs', 'space', 'shard'] as const)[below.length] ?? 'shard';
  }

  private folder(path: string): FolderNode {
    const names = path
      .slice(this.root.length)
      .split('/')
      .filter((name) => name !== '');
    return names.reduce<FolderNode>((folder, name) => {
      const next = folder.get(name);
      if (!(next instanceof FolderNode)) throw new Error(`${path} was not recorded.`);
      return next;
    }, this.tree);
  }

  private node(path: string): Node | undefined {
    return this.folder(dirname(path)).get(basename(path));
  }

  private call<T>(what: string, path: string, work: () => Promise<T>, happened?: (result: T) => void): Promise<T> {
    const name = basename(path) === '.probe' ? 'the probe' : this.placeOf(dirname(path));
    return this.power.call(`${what} in ${name}`, work, happened);
  }

  open(path: string, flags: number, mode?: number): Promise<OpenFile> {
    const what = (flags & constants.O_CREAT) === 0 ? 'open' : 'create';
    return this.call(what, path, async () => {
      const file = await DISK.open(path, flags, mode);
      return this.recorded(path, file, this.opened(path));
    });
  }

  /** The node of a file that has just been opened, which may have made it. */
  private opened(path: string): FileNode {
    const known = this.node(path);
    if (known instanceof FileNode) return known;
    const made = new FileNode();
    this.folder(dirname(path)).set(basename(path), made);
    return made;
  }

  private recorded(path: string, file: OpenFile, node: FileNode): OpenFile {
    const synced = (what: string, sync: () => Promise<void>) => {
      let covered: ReturnType<FileNode['beginSync']> = [];
      const begin = (): Promise<void> => {
        covered = node.beginSync();
        return sync();
      };
      return this.call(what, path, begin, () => {
        if (this.skipped !== 'bytes') node.endSync(covered);
      });
    };
    const changed = <T>(what: string, begin: () => PendingChange, work: () => Promise<T>) =>
      this.call(what, path, async () => {
        const change = begin();
        const result = await work();
        change.returned = true;
        return result;
      });
    return {
      writev: (buffers, position) =>
        changed(
          'write',
          () => node.write(buffers, position),
          () => file.writev(buffers, position),
        ),
      truncate: (bytes) =>
        changed(
          'cut',
          () => node.truncate(bytes),
          () => file.truncate(bytes),
        ),
      datasync: () => synced('datasync', () => file.datasync()),
      sync: () => synced('sync', () => file.sync()),
      // Always real: a dead process has no files open either.
      close: () => file.close().then(() => this.call('close', path, () => Promise.resolve())),
    };
  }

  link(existing: string, path: string): Promise<void> {
    return this.call(
      'link',
      path,
      () => DISK.link(existing, path),
      () => {
        this.folder(dirname(path)).set(basename(path), this.node(existing) ?? new FileNode());
      },
    );
  }

  unlink(path: string): Promise<void> {
    return this.call(
      'unlink',
      path,
      () => DISK.unlink(path),
      () => {
        this.folder(dirname(path)).set(basename(path), null);
      },
    );
  }

  mkdir(path: string, mode: number): Promise<unknown> {
    return this.call(
      'mkdir',
      path,
      () => DISK.mkdir(path, mode),
      () => {
        this.folder(dirname(path)).set(basename(path), new FolderNode());
      },
    );
  }

  rmdir(path: string): Promise<void> {
    return this.call(
      'rmdir',
      path,
      () => DISK.rmdir(path),
      () => {
        this.folder(dirname(path)).set(basename(path), null);
      },
    );
  }

  syncFolder(path: string): Promise<void> {
    const place = this.placeOf(path);
    let covered: ReturnType<FolderNode['beginSync']> = [];
    const begin = (): Promise<void> => {
      covered = path === this.root || this.node(path) instanceof FolderNode ? this.folder(path).beginSync() : [];
      return DISK.syncFolder(path);
    };
    return this.power.call(`sync of ${place}`, begin, () => {
      if (this.skipped !== place) this.folder(path).endSync(covered);
    });
  }

  read(...call: Parameters<FileSystem['read']>): ReturnType<FileSystem['read']> {
    return this.power.call('read', () => DISK.read(...call));
  }

  readdir(path: string): Promise<string[]> {
    return this.power.call('readdir', () => DISK.readdir(path));
  }

  stat(path: string): ReturnType<FileSystem['stat']> {
    return this.power.call('stat', () => DISK.stat(path));
  }

  statfs(path: string): ReturnType<FileSystem['statfs']> {
    return DISK.statfs(path);
  }
}
