import {
  type Entry,
  type EntryChange,
  type EntryList,
  type EntryOrder,
  type Folder,
  type FolderWish,
  type FolderWithAncestors,
  type Operation,
  type OperationList,
  type OperationWish,
  type RestoreWish,
  entryListSchema,
  entrySchema,
  folderSchema,
  folderWithAncestorsSchema,
  operationListSchema,
  operationSchema,
} from '@stowage/contract';
import { type Caller, type PageQuery, search } from './api-call.js';

/** Which entries of a folder to list, and how. */
export interface EntryQuery extends PageQuery {
  readonly sort?: EntryOrder;
  readonly order?: 'asc' | 'desc';
}

/** Folders, what is in them, the trash, and what is done with many entries at once. */
export class EntriesApi {
  constructor(private readonly caller: Caller) {}

  /** `GET /api/folders/{id}`; the id of a space is that of its root folder. */
  folder(id: string, signal?: AbortSignal): Promise<FolderWithAncestors> {
    return this.caller.read(folderWithAncestorsSchema, { method: 'GET', path: folderAt(id), signal });
  }

  /** `GET /api/folders/{id}/entries` */
  list(folder: string, query: EntryQuery = {}, signal?: AbortSignal): Promise<EntryList> {
    const path = `${folderAt(folder)}/entries${search({ ...query })}`;
    return this.caller.read(entryListSchema, { method: 'GET', path, signal });
  }

  /** `POST /api/folders` */
  createFolder(wanted: FolderWish): Promise<Folder> {
    return this.caller.read(folderSchema, { method: 'POST', path: '/api/folders', body: wanted });
  }

  /** `GET /api/entries/{id}` */
  get(id: string, signal?: AbortSignal): Promise<Entry> {
    return this.caller.read(entrySchema, { method: 'GET', path: entryAt(id), signal });
  }

  /** `PATCH /api/entries/{id}`: renames, moves, or both. */
  change(id: string, changes: EntryChange): Promise<Entry> {
    return this.caller.read(entrySchema, { method: 'PATCH', path: entryAt(id), body: changes });
  }

  /** `DELETE /api/entries/{id}`: into the trash. */
  async trash(id: string): Promise<void> {
    await this.caller.call({ method: 'DELETE', path: entryAt(id) });
  }

  /** `POST /api/entries/{id}/restore`: out of the trash. */
  restore(id: string, wanted: RestoreWish = {}): Promise<Entry> {
    return this.caller.read(entrySchema, { method: 'POST', path: `${entryAt(id)}/restore`, body: wanted });
  }

  /** `GET /api/spaces/{id}/trash`, newest first. */
  listTrash(space: string, query: PageQuery = {}, signal?: AbortSignal): Promise<EntryList> {
    const path = `/api/spaces/${encodeURIComponent(space)}/trash${search({ ...query })}`;
    return this.caller.read(entryListSchema, { method: 'GET', path, signal });
  }

  /** `DELETE /api/spaces/{id}/trash`: removes for good all that is in it now. */
  emptyTrash(space: string): Promise<Operation> {
    const path = `/api/spaces/${encodeURIComponent(space)}/trash`;
    return this.caller.read(operationSchema, { method: 'DELETE', path });
  }

  /** `POST /api/operations` */
  operate(wanted: OperationWish): Promise<Operation> {
    return this.caller.read(operationSchema, { method: 'POST', path: '/api/operations', body: wanted });
  }

  /** `GET /api/operations`: one's own of the last day. */
  listOperations(signal?: AbortSignal): Promise<OperationList> {
    return this.caller.read(operationListSchema, { method: 'GET', path: '/api/operations', signal });
  }

  /** `GET /api/operations/{id}` */
  operation(id: string, signal?: AbortSignal): Promise<Operation> {
    return this.caller.read(operationSchema, { method: 'GET', path: operationAt(id), signal });
  }

  /** `DELETE /api/operations/{id}`: stops it; what is done stays done. */
  cancelOperation(id: string): Promise<Operation> {
    return this.caller.read(operationSchema, { method: 'DELETE', path: operationAt(id) });
  }

  /** Where a browser downloads entries as one ZIP file: `GET /api/zip`. */
  zipAddress(entries: readonly string[]): string {
    return `/api/zip${search({ entries: entries.join(',') })}`;
  }
}

const folderAt = (id: string) => `/api/folders/${encodeURIComponent(id)}`;
const entryAt = (id: string) => `/api/entries/${encodeURIComponent(id)}`;
const operationAt = (id: string) => `/api/operations/${encodeURIComponent(id)}`;
