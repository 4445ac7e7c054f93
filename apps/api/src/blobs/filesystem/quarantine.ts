import { join } from 'node:path';
import { ensureFolder, ifThere } from './durable-files.js';
import type { FileSystem } from './file-system.js';
import type { FolderSyncs } from './folder-syncs.js';
import type { StorageLayout } from './storage-layout.js';

/** Files that belong to nobody, kept for a while: what they were is for a person to find out. */
export class Quarantine {
  constructor(
    private readonly layout: StorageLayout,
    private readonly files: FileSystem,
    private readonly folders: FolderSyncs,
  ) {}

  /** Gives a file a second name in the quarantine, for certain; a power cut before its first one goes leaves both and not none. */
  async add(path: string, aside: string): Promise<void> {
    await ensureFolder(this.files, this.layout.quarantine, () => this.folders.sync(this.layout.root));
    await ifThere(this.files.link(path, aside));
    await this.folders.sync(this.layout.quarantine);
  }

  /** Removes what was added before a moment, as the names tell. Returns how many files. */
  async removeBefore(moment: Date): Promise<number> {
    const names = (await ifThere(this.files.readdir(this.layout.quarantine))) ?? [];
    const old = names.filter((name) => /^\d+-/u.test(name) && parseInt(name, 10) < moment.getTime());
    for (const name of old) await ifThere(this.files.unlink(join(this.layout.quarantine, name)));
    if (old.length > 0) await this.folders.sync(this.layout.quarantine);
    return old.length;
  }
}
