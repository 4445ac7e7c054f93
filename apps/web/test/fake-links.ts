import type { HeldLink, Link, LinkAccess, LinkChange, LinkWish, SharedEntry, SharedEntryList } from '@stowage/contract';
import { pageOf, refusal, response } from './fake-answers.js';
import { SPACE } from './stored-things.js';

let made = 0;

/** A link to a file of Maria's, without any limit. */
export function storedLink(changes: Partial<Link> = {}): Link {
  const id = `link${String(++made).padStart(18, '0')}`;
  const slug = `slug${String(made).padStart(39, '0')}`;
  return {
    ...{ id, kind: 'share', slug, url: `/s/${slug}`, space: SPACE, entry: 'e'.repeat(22), entryName: 'report.pdf' },
    ...{ title: '', note: '', state: 'valid', hasPassword: false, expiresAt: null, maxDownloads: null, downloads: 0 },
    ...{ maxUploads: null, uploads: 0, maxFileSize: null, allowedExtensions: null, askName: false },
    ...{ createdBy: 'Maria', createdAt: '2026-01-02T03:04:05.000Z', revokedAt: null },
    ...changes,
  };
}

/** The links of a server in memory, newest first, for those who manage them. */
export class FakeLinks {
  links: Link[] = [];
  accesses: LinkAccess[] = [];
  /** What whoever holds a link is told, once it is unlocked. */
  held: HeldLink | null = null;
  /** The password of that link; empty for none, or one that was shown. */
  heldPassword = '';
  /** What is in the folders that are shared, by their ids; '' for the one that the link leads to. */
  readonly heldFolders = new Map<
    string,
    Pick<SharedEntryList, 'ancestors'> & { readonly name: string; readonly entries: SharedEntry[] }
  >();
  /** Folders whose uploads want a password, by their ids. */
  readonly uploadPasswords = new Map<string, string>();

  /** Null for a call that is about none of this. */
  answer(call: string, body: unknown, pageSize: number): Response | null {
    const [method = '', address = ''] = call.split(' ');
    const { pathname, searchParams } = new URL(address, 'http://server');
    const wanted: unknown = typeof body === 'string' ? JSON.parse(body) : {};
    const folder = /^\/api\/entries\/([\w-]+)\/upload-password$/u.exec(pathname)?.[1];
    if (folder !== undefined) return this.#ofUploadPassword(method, folder, wanted as { password: string | null });
    if (/^\/api\/links\/[\w-]{43}/u.test(pathname)) return this.#ofHeld(pathname, searchParams, wanted, pageSize);
    if (!pathname.startsWith('/api/share-links')) return null;
    const [, , , id, what] = pathname.split('/');
    if (id === undefined)
      return method === 'POST' ? this.#make(wanted as LinkWish) : this.#list(call, searchParams, pageSize);
    const link = this.links.find((one) => one.id === id);
    if (link === undefined) return refusal('link-not-found');
    if (what === 'accesses') return pageOf('accesses', this.accesses, call, pageSize);
    if (method === 'DELETE') this.#put({ ...link, state: 'revoked', revokedAt: '2026-02-03T04:05:06.000Z' });
    if (method !== 'PATCH') return response(method === 'DELETE' ? 204 : 200, JSON.stringify(link));
    const changed = this.#put({ ...link, ...kept(wanted as LinkChange) });
    return response(200, JSON.stringify(changed));
  }

  #list(call: string, of: URLSearchParams, pageSize: number): Response {
    const found = this.links.filter(({ entry, space }) => of.get('entry') === entry || of.get('space') === space);
    return pageOf('links', found, call, pageSize);
  }

  #make({ kind, entry, ...wanted }: LinkWish): Response {
    const link = storedLink({ kind, entry, ...kept(wanted) });
    this.links.unshift({ ...link, url: `/${kind === 'share' ? 's' : 'r'}/${link.slug}` });
    return response(201, JSON.stringify(this.links[0]));
  }

  #put(link: Link): Link {
    this.links = this.links.map((one) => (one.id === link.id ? link : one));
    return link;
  }

  #ofHeld(pathname: string, query: URLSearchParams, wanted: unknown, pageSize: number): Response {
    if (this.held === null) return refusal('link-not-found');
    if (pathname.endsWith('/unlock')) {
      if ((wanted as { password: string }).password !== this.heldPassword) return refusal('link-password-wrong');
      this.heldPassword = '';
    }
    if (pathname.endsWith('/entries')) {
      if (this.heldPassword !== '') return refusal('link-password-needed');
      const id = query.get('folder') ?? '';
      const found = this.heldFolders.get(id);
      if (found === undefined) return refusal('folder-not-found');
      const { ancestors, name, entries } = found;
      const folder = { id: id === '' ? 'f'.repeat(22) : id, name };
      return pageOf('entries', entries, `?${query}`, pageSize, { folder, ancestors, total: entries.length });
    }
    const { kind, expiresAt } = this.held;
    const locked =
      kind === 'share'
        ? { kind, locked: true, expiresAt, title: '', note: '', entry: null, downloadsLeft: null }
        : { ...this.held, ...{ locked: true, title: '', note: '', uploadsLeft: null, maxFileSize: null } };
    return response(200, JSON.stringify(this.heldPassword === '' ? this.held : locked));
  }

  #ofUploadPassword(method: string, folder: string, { password }: { password: string | null }): Response {
    if (method === 'GET') {
      const has = this.uploadPasswords.has(folder);
      return response(200, JSON.stringify({ wanted: has, from: has ? folder : null }));
    }
    if (password === null) this.uploadPasswords.delete(folder);
    else this.uploadPasswords.set(folder, password);
    return response(204, '');
  }
}

function kept({ password, ...rest }: LinkChange): Partial<Link> {
  const { allowedExtensions, ...more } = rest;
  return {
    ...(Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)) as Partial<Link>),
    ...(allowedExtensions === undefined ? {} : { allowedExtensions: allowedExtensions }),
    ...(password === undefined ? {} : { hasPassword: password !== null }),
  };
}
