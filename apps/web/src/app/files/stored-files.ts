import { Injectable, inject } from '@angular/core';
import type { StoredFile } from '@stowage/contract';
import { API } from '../session/server.js';
import { PagedList } from '../ui/paged-list.js';

/** Everything that was uploaded to this server. */
@Injectable({ providedIn: 'root' })
export class StoredFiles {
  private readonly api = inject(API);

  readonly list = new PagedList<StoredFile>(async (cursor, signal) => {
    const page = await this.api.listFiles({ cursor }, signal);
    return { items: page.files, next: page.next };
  });

  /** Deletes a file on the server. */
  async delete(id: string): Promise<void> {
    await this.api.deleteFile(id);
    this.list.remove(id);
  }
}
