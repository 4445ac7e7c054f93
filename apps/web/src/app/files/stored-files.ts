import { Injectable, inject } from '@angular/core';
import type { StoredFile } from '@stowage/contract';
import { API } from '../session/server.js';
import { PagedList } from '../ui/paged-list.js';
import { SpaceUsage } from './space-usage.js';

/** Everything that was uploaded to this server. */
@Injectable({ providedIn: 'root' })
export class StoredFiles {
  private readonly api = inject(API);
  private readonly usage = inject(SpaceUsage);

  readonly list = new PagedList<StoredFile>(async (cursor, signal) => {
    // Whatever may have changed the list may have changed this as well.
    if (cursor === null) void this.usage.refresh();
    const page = await this.api.listFiles({ cursor }, signal);
    return { items: page.files, next: page.next };
  });

  /** Deletes a file on the server. */
  async delete(id: string): Promise<void> {
    await this.api.deleteFile(id);
    this.list.remove(id);
    void this.usage.refresh();
  }
}
