import { ensureFolder } from './durable-files.js';
import type { FileSystem } from './file-system.js';
import type { FolderSyncs } from './folder-syncs.js';

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
   * Makes folders, each in the one before.
   * @param root the first one's parent, which is durable
   * @returns the last one
   */
  async ensure(root: string, folders: readonly string[]): Promise<string> {
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

  /** Looks at all of them again from now on. */
  forget(): void {
    this.known.clear();
  }

  private add(folder: string): void {
    if (this.known.size >= MOST_KNOWN) this.forget();
    this.known.add(folder);
  }
}
