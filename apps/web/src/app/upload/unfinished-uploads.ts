import { Injectable, inject } from '@angular/core';
import type { UploadSummary } from '@stowage/contract';
import { API } from '../session/server.js';
import { PagedList } from '../ui/paged-list.js';

const STATES = ['receiving', 'completing'] as const;

/** Uploads that the server holds in part, whoever sent them. */
@Injectable({ providedIn: 'root' })
export class UnfinishedUploads {
  private readonly api = inject(API);

  readonly list = new PagedList<UploadSummary>(async (cursor, signal) => {
    const page = await this.api.listUploads({ states: STATES, cursor }, signal);
    return { items: page.uploads, next: page.next };
  });

  /** Removes an upload and its bytes from the server. */
  async remove(id: string): Promise<void> {
    await this.api.cancelUpload(id);
    this.list.remove(id);
  }
}
