import { ensureFolder } from './durable-files.js';
import type { FileSystem } from './file-system.js';
import type { FolderSyncs } from './folder-syncs.js';
import { errnoOf } from './storage-faults.js';

/** Some bytes of memory each. */
const MOST_KNOWN = 20_000;

/** Folders that survive a power cut. Those that this process has seen to be durable are not looked at again. */
export class DurableFolders {
  private readonly known = new Set<string>();

  constructor(
    private readonly files: FileSystem,
    private readonly syncs: FolderSyncs,
  ) {}

  /**
   * Makes folders, each in the one before, and then something in the last. When one is gone that was there, as somebody may
   * have removed it, all are looked at again.
   * @param root the first one's parent, which is durable
   * @param work begun anew when a folder was gone
   */
  async within<T>(root: string, folders: readonly string[], work: (last: string) => Promise<T>): Promise<T> {
    try {
      return await work(await this.ensure(root, folders));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      this.known.clear();
      return work(await this.ensure(root, folders));
    }
  }

  private async ensure(root: string, folders: readonly string[]): Promise<string> {
    let parent = root;
    for (const folder of folders) {
      const above = parent;
      if (!this.known.has(folder)) {
        await ensureFolder(this.files, folder, () => this.syncs.sync(above));
        this.add(folder);
      }
      parent = folder;
    }
    return parent;
  }

  private add(folder: string): void {
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.add(folder);
  }
}
