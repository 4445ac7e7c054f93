import type {
  ChangeEntry,
  CreateFolder,
  CreateOperation,
  Entry,
  Folder,
  ProblemCode,
  RestoreEntry,
  StoredFile,
} from '@stowage/contract';
import { refusal, response } from './fake-answers.js';
import { FakeOperations } from './fake-operations.js';
import { storedFolder } from './stored-things.js';

type Placed = { readonly entry: Entry } | { readonly code: ProblemCode };

/** The folders of a server in memory, what is in them, and the trash. Spaces have their roots without being told. */
export class FakeTree {
  folders: Folder[] = [];
  trash: Entry[] = [];
  readonly operations = new FakeOperations((action, id, wanted) => this.#operate(action, id, wanted));

  /**
   * @param files those of the whole server
   * @param roots names of spaces, by their ids
   */
  constructor(
    private readonly files: { read: () => StoredFile[]; write: (files: StoredFile[]) => void },
    private readonly roots: () => ReadonlyMap<string, string>,
  ) {}

  /** Answers a call, or null when it is about something else. */
  answer(call: string, body: unknown, pageSize: number): Response | null {
    const [method = '', address = ''] = call.split(' ');
    const { pathname, searchParams } = new URL(address, 'http://localhost');
    const wanted: unknown = typeof body === 'string' ? JSON.parse(body) : {};
    const [, , kind = '', id = '', what = ''] = pathname.split('/').map(decodeURIComponent);
    if (kind === 'operations') return this.operations.answer(method, id, wanted as CreateOperation);
    if (kind === 'spaces' && what === 'trash') {
      if (method === 'GET') return page(this.#trashOf(id), searchParams, pageSize);
      return this.operations.begin('purge', this.#trashOf(id), undefined, 202);
    }
    if (kind === 'folders' && method === 'POST') return this.#create(wanted as CreateFolder);
    if (kind === 'folders' && what === 'entries') return this.#list(id, searchParams, pageSize);
    if (kind === 'folders') return this.#folder(id);
    if (kind !== 'entries') return null;
    if (what === 'restore') return told(this.#restore(id, wanted as RestoreEntry));
    if (method === 'PATCH') return told(this.#change(id, wanted as ChangeEntry));
    if (method === 'DELETE') return told(this.#discard(id));
    const entry = this.#find(id);
    return entry === undefined ? refusal('entry-not-found') : response(200, JSON.stringify(entry));
  }

  /** What is in a folder. */
  entriesOf(parent: string): Entry[] {
    return [...this.folders, ...this.files.read()].filter((entry) => entry.parent === parent);
  }

  /** The place at the end of a path that begins in a folder; what is missing is made. */
  inside(parent: string, path: string): { parent: string; path: string } {
    let folder = this.#known(parent) ?? storedFolder({ id: parent, parent: null });
    for (const name of path.split('/').filter((part) => part !== '')) {
      const there = this.#named(folder.id, name);
      if (there?.kind === 'folder') folder = there;
      else {
        folder = storedFolder({ name, space: folder.space, parent: folder.id, path: pathOf(folder) });
        this.folders.push(folder);
      }
    }
    return { parent: folder.id, path: pathOf(folder) };
  }

  #find(id: string): Entry | undefined {
    return [...this.folders, ...this.files.read()].find((entry) => entry.id === id);
  }

  #known(id: string): Folder | undefined {
    const name = this.roots().get(id);
    if (name !== undefined) return storedFolder({ id, name, space: id, parent: null, path: '' });
    return this.folders.find((folder) => folder.id === id);
  }

  #above(folder: Folder): { id: string; name: string }[] {
    const parent = folder.parent === null ? undefined : this.#known(folder.parent);
    return parent === undefined ? [] : [...this.#above(parent), { id: parent.id, name: parent.name }];
  }

  #folder(id: string): Response {
    const folder = this.#known(id);
    if (folder === undefined) return refusal('folder-not-found');
    return response(200, JSON.stringify({ ...folder, ancestors: this.#above(folder) }));
  }

  #list(id: string, query: URLSearchParams, pageSize: number): Response {
    if (this.#known(id) === undefined) return refusal('folder-not-found');
    const sort = query.get('sort') ?? 'name';
    const sign = query.get('order') === 'desc' ? -1 : 1;
    const sorted = this.entriesOf(id).sort((one, other) => {
      if (one.kind !== other.kind) return one.kind === 'folder' ? -1 : 1;
      return sign * (compare(sort, one, other) || natural.compare(one.name, other.name));
    });
    return page(sorted, query, pageSize);
  }

  #create({ parent, path, existing }: CreateFolder): Response {
    let folder = this.#known(parent);
    if (folder === undefined) return refusal('folder-not-found');
    let made = false;
    for (const name of path.split('/')) {
      const there = this.#named(folder.id, name);
      if (there?.kind === 'file') return refusal('name-taken');
      made = there === undefined;
      if (there === undefined) {
        const inside: Folder = storedFolder({ name, space: folder.space, parent: folder.id, path: pathOf(folder) });
        this.folders.push(inside);
        folder = inside;
      } else folder = there;
    }
    if (!made && existing !== 'accept') return refusal('name-taken');
    return response(made ? 201 : 200, JSON.stringify(folder));
  }

  #change(id: string, { name, parent, conflict }: ChangeEntry): Placed {
    const entry = this.#find(id);
    if (entry === undefined) return { code: 'entry-not-found' };
    return this.#place({ ...entry, name: name ?? entry.name }, parent ?? entry.parent ?? '', conflict);
  }

  #place(entry: Entry, into: string, conflict = 'reject'): Placed {
    const folder = this.#known(into);
    if (folder === undefined) return { code: 'folder-not-found' };
    if ([folder.id, ...this.#above(folder).map(({ id }) => id)].includes(entry.id))
      return { code: 'folder-into-itself' };
    const there = this.#named(into, entry.name);
    let { name } = entry;
    if (there !== undefined && there.id !== entry.id) {
      if (conflict === 'reject' || (conflict === 'replace' && (there.kind === 'folder' || entry.kind === 'folder')))
        return { code: 'name-taken' };
      if (conflict === 'replace') this.#discard(there.id);
      else name = this.#free(into, name);
    }
    const { trashed: _, ...rest } = { ...entry, name, parent: into, space: folder.space, path: pathOf(folder) };
    const placed = rest as Entry;
    this.#take(entry.id);
    if (placed.kind === 'folder') this.folders.push(placed);
    else this.files.write([placed, ...this.files.read()]);
    return { entry: placed };
  }

  #discard(id: string): Placed {
    const entry = this.#find(id);
    if (entry === undefined) return { code: 'entry-not-found' };
    const trashed = { at: '2026-01-03T03:04:05.000Z', by: 'Maria', path: entry.path };
    this.#take(id);
    this.trash.unshift({ ...entry, trashed });
    return { entry };
  }

  #restore(id: string, { parent, conflict }: RestoreEntry): Placed {
    const entry = this.trash.find((one) => one.id === id);
    if (entry === undefined) return { code: 'not-in-trash' };
    const home = this.#known(entry.parent ?? '') === undefined ? entry.space : (entry.parent ?? entry.space);
    const placed = this.#place(entry, parent ?? home, conflict);
    if ('entry' in placed) this.trash = this.trash.filter((one) => one.id !== id);
    return placed;
  }

  #operate(
    action: CreateOperation['action'],
    id: string,
    { to = '', conflict }: Partial<CreateOperation>,
  ): ProblemCode | null {
    if (action === 'purge') {
      this.trash = this.trash.filter((one) => one.id !== id);
      return null;
    }
    const done = {
      trash: () => this.#discard(id),
      restore: () => this.#restore(id, { conflict: conflict ?? 'reject' }),
      move: () => this.#change(id, { parent: to, conflict: conflict ?? 'reject' }),
      copy: () => this.#copy(id, to, conflict),
    }[action]();
    return 'code' in done ? done.code : null;
  }

  #copy(id: string, to: string, conflict?: string): Placed {
    const entry = this.#find(id);
    if (entry === undefined) return { code: 'entry-not-found' };
    return this.#place({ ...entry, id: storedFolder().id }, to, conflict);
  }

  #take(id: string): void {
    this.folders = this.folders.filter((one) => one.id !== id);
    this.files.write(this.files.read().filter((one) => one.id !== id));
  }

  #named(parent: string, name: string): Entry | undefined {
    return this.entriesOf(parent).find((entry) => entry.name.toLowerCase() === name.toLowerCase());
  }

  #free(parent: string, name: string): string {
    const dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length;
    for (let number = 1; ; number += 1) {
      const free = `${name.slice(0, dot)} (${number})${name.slice(dot)}`;
      if (this.#named(parent, free) === undefined) return free;
    }
  }

  #trashOf(space: string): Entry[] {
    return this.trash.filter((entry) => entry.space === space);
  }
}

const natural = new Intl.Collator('en', { numeric: true });

function compare(sort: string, one: Entry, other: Entry): number {
  if (sort === 'created') return one.createdAt.localeCompare(other.createdAt);
  if (sort === 'size') return (one.kind === 'file' ? one.size : 0) - (other.kind === 'file' ? other.size : 0);
  return natural.compare(one.name, other.name);
}

function pathOf(folder: Folder): string {
  if (folder.parent === null) return '';
  return folder.path === '' ? folder.name : `${folder.path}/${folder.name}`;
}

function page(entries: readonly Entry[], query: URLSearchParams, pageSize: number): Response {
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Math.min(pageSize, Number(query.get('limit') ?? pageSize));
  const next = end < entries.length ? String(end) : null;
  return response(200, JSON.stringify({ entries: entries.slice(start, end), total: entries.length, next }));
}

function told(placed: Placed): Response {
  return 'code' in placed ? refusal(placed.code) : response(200, JSON.stringify(placed.entry));
}
