import { Injectable, inject } from '@angular/core';
import type { UploadSummary } from '@stowage/contract';
import { FolderView } from '../files/folder-view.js';
import { API } from '../session/server.js';
import { PagedList } from '../ui/paged-list.js';

const STATES = ['receiving', 'completing'] as const;

/** Uploads that the server holds in part, whoever sent them. */
@Injectable({ providedIn: 'root' })
export class UnfinishedUploads {
  private readonly api = inject(API);
  private readonly files = inject(FolderView).rows;

  readonly list = new PagedList<UploadSummary>(async (cursor, signal) => {
    const page = await this.api.listUploads({ states: STATES, cursor }, signal);
    return { items: page.uploads, next: page.next };
  });

  /** Removes an upload and its bytes from the server. */
  async remove(id: string): Promise<void> {
    await this.api.cancelUpload(id);
    this.list.remove(id);
  }

  /** Lets the time to the expiry of an upload begin anew. Returns when that will be; ISO 8601. */
  async extend(id: string): Promise<string | null> {
    return (await this.api.extendUpload(id)).upload.expiresAt;
  }

  /**
   * Makes the file of an upload that has all its bytes although something was in its way: its name was taken, or whoever
   * sent it was not allowed to.
   * @param conflict what becomes of a name that is taken; left out: as the upload says
   * @returns the name of the file; null while the server is still making it
   */
  async save(id: string, conflict?: 'rename' | 'replace'): Promise<string | null> {
    const { file } = await this.api.completeUpload(id, conflict === undefined ? {} : { conflict });
    if (file !== undefined) this.list.remove(id);
    await Promise.all([this.list.refresh(), this.files.refresh()]);
    return file?.name ?? null;
  }
}
