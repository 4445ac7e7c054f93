import { Injectable, inject } from '@angular/core';
import type { StoredFile } from '@stowage/contract';
import { API } from '../session/server.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { PagedList } from '../ui/paged-list.js';

/** Everything that was uploaded to the space that is looked at. */
@Injectable({ providedIn: 'root' })
export class StoredFiles {
  private readonly api = inject(API);
  private readonly current = inject(CurrentSpace);

  readonly list = new PagedList<StoredFile>(async (cursor, signal) => {
    // Whatever may have changed the list may have changed how much there is as well.
    const refreshed = cursor === null ? this.current.refresh() : Promise.resolve(null);
    const space = this.current.id() ?? (await refreshed);
    if (space === null) return { items: [], next: null };
    const [page] = await Promise.all([this.api.listFiles({ space, cursor }, signal), refreshed]);
    return { items: page.files, next: page.next };
  });

  /** Deletes a file on the server. */
  async delete(id: string): Promise<void> {
    await this.api.deleteFile(id);
    this.list.remove(id);
    void this.current.refresh();
  }
}
