import type { FileSystem } from './file-system.js';
import { SharedSync } from './shared-sync.js';
import type { SyncHealth } from './sync-health.js';

/** Syncs of folders, shared by all who made or removed a name in the same one. */
export class FolderSyncs {
  private readonly byPath = new Map<string, SharedSync>();

  constructor(
    private readonly files: FileSystem,
    private readonly health: SyncHealth,
  ) {}

  /** Makes names created or removed before this call survive a power cut. */
  async sync(path: string): Promise<void> {
    const known = this.byPath.get(path);
    const shared = known ?? new SharedSync(() => this.health.counted(() => this.files.syncFolder(path)));
    this.byPath.set(path, shared);
    try {
      await shared.done();
    } finally {
      if (shared.idle && this.byPath.get(path) === shared) this.byPath.delete(path);
    }
  }
}
