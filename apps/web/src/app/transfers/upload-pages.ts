import { signal } from '@angular/core';
import type { ApiClient, UploadQuery } from '@stowage/client';
import type { UploadSummary } from '@stowage/contract';
import { PagedList } from '../ui/paged-list.js';

/** Uploads that fit a filter, page by page, and what all of them are together. */
export class UploadPages {
  readonly #sums = signal({ total: 0, bytes: 0 });
  /** How many there are, and what they hold, on all pages. */
  readonly sums = this.#sums.asReadonly();
  readonly list: PagedList<UploadSummary>;

  /** @param query what is asked for at the time of asking */
  constructor(api: ApiClient, query: () => UploadQuery) {
    this.list = new PagedList<UploadSummary>(async (cursor, request) => {
      const { uploads, next, total, bytes } = await api.listUploads({ ...query(), cursor }, request);
      if (!request.aborted) this.#sums.set({ total, bytes });
      return { items: uploads, next };
    });
  }
}
