import {
  type HeldLink,
  type Link,
  type LinkAccessList,
  type LinkChange,
  type LinkList,
  type LinkWish,
  type SharedEntryList,
  heldLinkSchema,
  linkAccessListSchema,
  linkListSchema,
  linkSchema,
  sharedEntryListSchema,
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
}

const linkAt = (id: string) => `/api/share-links/${encodeURIComponent(id)}`;
const heldAt = (slug: string) => `/api/links/${encodeURIComponent(slug)}`;
