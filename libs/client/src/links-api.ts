import {
  type HeldLink,
  type Link,
  type LinkAccessList,
  type LinkChange,
  type LinkList,
  type LinkWish,
  type SendWish,
  type SentResult,
  type SentStatus,
  type SharedEntryList,
  type UploadPassword,
  UPLOAD_PASSWORD_HEADER,
  heldLinkSchema,
  linkAccessListSchema,
  linkListSchema,
  linkSchema,
  sentResultSchema,
  sentStatusSchema,
  sharedEntryListSchema,
  uploadPasswordSchema,
} from '@stowage/contract';
import { type Caller, type PageQuery, search } from './api-call.js';

/** Links into spaces, for those who manage them; and a link, for whoever holds it. */
export class LinksApi {
  constructor(private readonly caller: Caller) {}

  /** `GET /api/share-links`: those into a space, or to one entry, newest first. */
  list(
    of: { readonly space: string } | { readonly entry: string },
    query: PageQuery = {},
    signal?: AbortSignal,
  ): Promise<LinkList> {
    const path = `/api/share-links${search({ ...of, ...query })}`;
    return this.caller.read(linkListSchema, { method: 'GET', path, signal });
  }

  /** `GET /api/share-links/{id}` */
  get(id: string, signal?: AbortSignal): Promise<Link> {
    return this.caller.read(linkSchema, { method: 'GET', path: linkAt(id), signal });
  }

  /** `POST /api/share-links` */
  create(wanted: LinkWish): Promise<Link> {
    return this.caller.read(linkSchema, { method: 'POST', path: '/api/share-links', body: wanted });
  }

  /** `PATCH /api/share-links/{id}` */
  change(id: string, changes: LinkChange): Promise<Link> {
    return this.caller.read(linkSchema, { method: 'PATCH', path: linkAt(id), body: changes });
  }

  /** `DELETE /api/share-links/{id}`: revokes it for good. */
  async revoke(id: string): Promise<void> {
    await this.caller.call({ method: 'DELETE', path: linkAt(id) });
  }

  /** `GET /api/share-links/{id}/accesses`, newest first. */
  listAccesses(id: string, query: PageQuery = {}, signal?: AbortSignal): Promise<LinkAccessList> {
    const path = `${linkAt(id)}/accesses${search({ ...query })}`;
    return this.caller.read(linkAccessListSchema, { method: 'GET', path, signal });
  }

  /** `GET /api/links/{slug}`: what whoever holds it may know. */
  look(slug: string, signal?: AbortSignal): Promise<HeldLink> {
    return this.caller.read(heldLinkSchema, { method: 'GET', path: heldAt(slug), signal });
  }

  /** `POST /api/links/{slug}/unlock`: shows its password, which a cookie then remembers. */
  unlock(slug: string, password: string): Promise<HeldLink> {
    return this.caller.read(heldLinkSchema, { method: 'POST', path: `${heldAt(slug)}/unlock`, body: { password } });
  }

  /**
   * `GET /api/links/{slug}/entries`
   * @param folder null for the one that is shared
   */
  listShared(
    slug: string,
    folder: string | null = null,
    query: PageQuery = {},
    signal?: AbortSignal,
  ): Promise<SharedEntryList> {
    const path = `${heldAt(slug)}/entries${search({ folder, ...query })}`;
    return this.caller.read(sharedEntryListSchema, { method: 'GET', path, signal });
  }

  /** Where a browser downloads a file that is shared. */
  fileAddress(slug: string, file: string): string {
    return `${heldAt(slug)}/files/${encodeURIComponent(file)}/content`;
  }

  /** Where a browser downloads entries of what is shared as one ZIP file; without any, all of it. */
  zipAddress(slug: string, entries: readonly string[] = []): string {
    return `${heldAt(slug)}/zip${search({ entries: entries.length === 0 ? null : entries.join(',') })}`;
  }

  /** Where a form of Dropzone sends files to a request: `POST /r/{slug}/upload`. */
  formAddress(slug: string): string {
    return `${requestAt(slug)}/upload`;
  }

  /**
   * `POST /r/{slug}/uploads`: begins an upload by a request. Only its id leads to it: requests list nothing.
   * @param password what the folder itself wants of uploads, if it does
   */
  beginUpload(slug: string, wanted: SendWish, password: string | null = null): Promise<SentStatus> {
    const headers = password === null ? {} : uploadPasswordHeaders(password);
    const path = `${requestAt(slug)}/uploads`;
    return this.caller.read(sentStatusSchema, { method: 'POST', path, headers, body: wanted });
  }

  /** Where the bytes of an upload by a request are put, with their `Content-Range`. */
  bytesAddress(slug: string, upload: string): string {
    return `${sentAt(slug, upload)}/bytes`;
  }

  /** `GET /r/{slug}/uploads/{id}` */
  uploadStatus(slug: string, upload: string, signal?: AbortSignal): Promise<SentStatus> {
    return this.caller.read(sentStatusSchema, { method: 'GET', path: sentAt(slug, upload), signal });
  }

  /** `POST /r/{slug}/uploads/{id}/complete`: makes the file of an upload that has all its bytes. */
  completeUpload(slug: string, upload: string, signal?: AbortSignal): Promise<SentResult> {
    return this.caller.read(sentResultSchema, { method: 'POST', path: `${sentAt(slug, upload)}/complete`, signal });
  }

  /** `DELETE /r/{slug}/uploads/{id}`: removes an unfinished upload and its bytes. */
  async cancelUpload(slug: string, upload: string): Promise<void> {
    await this.caller.call({ method: 'DELETE', path: sentAt(slug, upload) });
  }

  /** `GET /api/entries/{id}/upload-password`: whether uploads into a folder want one. */
  uploadPassword(folder: string, signal?: AbortSignal): Promise<UploadPassword> {
    return this.caller.read(uploadPasswordSchema, { method: 'GET', path: uploadPasswordAt(folder), signal });
  }

  /**
   * `PUT /api/entries/{id}/upload-password`
   * @param password null removes it
   */
  async setUploadPassword(folder: string, password: string | null): Promise<void> {
    await this.caller.call({ method: 'PUT', path: uploadPasswordAt(folder), body: { password } });
  }
}

/**
 * The headers that show the password of an upload: its bytes in UTF-8, as characters, which is what headers are made of.
 * Headers lose blanks at the ends, which the form field `password` keeps.
 */
export function uploadPasswordHeaders(password: string): Readonly<Record<string, string>> {
  return { [UPLOAD_PASSWORD_HEADER]: String.fromCharCode(...new TextEncoder().encode(password)) };
}

const linkAt = (id: string) => `/api/share-links/${encodeURIComponent(id)}`;
const heldAt = (slug: string) => `/api/links/${encodeURIComponent(slug)}`;
const requestAt = (slug: string) => `/r/${encodeURIComponent(slug)}`;
const sentAt = (slug: string, upload: string) => `${requestAt(slug)}/uploads/${encodeURIComponent(upload)}`;
const uploadPasswordAt = (folder: string) => `/api/entries/${encodeURIComponent(folder)}/upload-password`;
