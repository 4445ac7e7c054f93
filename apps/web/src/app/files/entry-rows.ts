import { computed, signal } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { Entry, EntryList } from '@stowage/contract';

/** Entries asked for at once: a screen of them at first, and as many as the server gives when somebody goes on. */
const FIRST_PAGE = 100;
const NEXT_PAGE = 200;
/** Entries that are read again when a list is refreshed; of a longer one the end is believed to be as it was. */
const MOST_AGAIN = 1_000;

/** One page, and of the first one what all are in. */
export interface RowsPage<A> extends EntryList {
  readonly about: A;
}

/** Which page is wanted. */
export interface RowsQuery {
  readonly limit: number;
  readonly cursor: string | null;
}

/** Reads a page; `about` of later pages is not looked at. */
export type RowsReader<A> = (query: RowsQuery, signal: AbortSignal) => Promise<RowsPage<A>>;

/**
 * Entries in the server's order, page by page, with how many there are in all, and what they are in. What is shown stays
 * until the answer to a newer question is there.
 */
export class EntryRows<A> {
  readonly #items = signal<readonly Entry[]>([]);
  readonly #total = signal(0);
  readonly #next = signal<string | null>(null);
  readonly #about = signal<A | null>(null);
  readonly #problem = signal<ProblemError | null>(null);
  readonly #loading = signal(false);
  readonly #loadedAt = signal<Date | null>(null);
  #latest: AbortController | null = null;
  #beginning: Promise<void> = Promise.resolve();
  #growing: Promise<void> | null = null;

  readonly items = this.#items.asReadonly();
  /** How many there are, those that were not read yet too. */
  readonly total = this.#total.asReadonly();
  readonly hasMore = computed(() => this.#next() !== null);
  /** What they are in; null before it was ever read. */
  readonly about = this.#about.asReadonly();
  /** Why the latest question has no answer. */
  readonly problem = this.#problem.asReadonly();
  readonly loading = this.#loading.asReadonly();
  /** When the first page was last read; null before the first time. */
  readonly loadedAt = this.#loadedAt.asReadonly();

  constructor(private readonly read: RowsReader<A>) {}

  /** Reads the first page of something else, or of the same in another order. */
  open(): Promise<void> {
    return (this.#beginning = this.#begin(FIRST_PAGE, true));
  }

  /** Reads again what is shown; of very many the first ones, if the others still follow them. */
  refresh(): Promise<void> {
    const wanted = Math.min(MOST_AGAIN, Math.max(FIRST_PAGE, this.#items().length));
    return (this.#beginning = this.#begin(wanted, false));
  }

  /** Reads the next page; all that ask for it meanwhile get the same. */
  more(): Promise<void> {
    this.#growing ??= this.#grow().finally(() => (this.#growing = null));
    return this.#growing;
  }

  /** Reads all that is left. Ends early when a page cannot be read. */
  async rest(): Promise<void> {
    while (this.hasMore() && this.#problem() === null) await this.more();
  }

  /** Takes entries off, before the server is asked again. */
  remove(ids: ReadonlySet<string>): void {
    const kept = this.#items().filter(({ id }) => !ids.has(id));
    this.#total.update((total) => total - (this.#items().length - kept.length));
    this.#items.set(kept);
  }

  /** Shows an entry as it has become, where it stands. */
  replace(entry: Entry): void {
    this.#items.update((items) => items.map((item) => (item.id === entry.id ? entry : item)));
  }

  /** Forgets everything, as if it had never been read. */
  clear(): void {
    this.#latest?.abort();
    this.#show({ entries: [], total: 0, next: null });
    this.#about.set(null);
    this.#problem.set(null);
    this.#loadedAt.set(null);
    this.#loading.set(false);
  }

  async #begin(wanted: number, isNew: boolean): Promise<void> {
    await this.#ask(async (signal) => {
      let page = await this.read({ limit: Math.min(wanted, NEXT_PAGE), cursor: null }, signal);
      const { about } = page;
      let entries = page.entries;
      while (page.next !== null && entries.length < wanted) {
        page = await this.read({ limit: NEXT_PAGE, cursor: page.next }, signal);
        entries = [...entries, ...page.entries];
      }
      return () => {
        this.#show(isNew ? { ...page, entries } : this.#withEnd({ ...page, entries }));
        this.#about.set(about);
        this.#loadedAt.set(new Date());
      };
    }, isNew);
  }

  #withEnd({ entries, total, next }: EntryList): EntryList {
    const known = this.#items();
    const last = entries.at(-1)?.id;
    const fresh = new Set(entries.map(({ id }) => id));
    const end = known.slice(known.findIndex(({ id }) => id === last) + 1).filter(({ id }) => !fresh.has(id));
    const follows = next !== null && end.length > 0 && known.length > end.length;
    return follows ? { entries: [...entries, ...end], total, next: this.#next() } : { entries, total, next };
  }

  async #grow(): Promise<void> {
    // What is being read anew has a new end.
    await this.#beginning;
    const cursor = this.#next();
    if (cursor === null) return;
    await this.#ask(async (signal) => {
      const page = await this.read({ limit: NEXT_PAGE, cursor }, signal);
      const known = new Set(this.#items().map(({ id }) => id));
      return () => {
        this.#show({ ...page, entries: [...this.#items(), ...page.entries.filter(({ id }) => !known.has(id))] });
      };
    }, false);
  }

  // Only the answer to the latest question counts. What was shown before something else is not shown in its place.
  async #ask(read: (signal: AbortSignal) => Promise<() => void>, isNew: boolean): Promise<void> {
    this.#latest?.abort();
    const request = new AbortController();
    this.#latest = request;
    this.#loading.set(true);
    try {
      const show = await read(request.signal);
      if (request.signal.aborted) return;
      show();
      this.#problem.set(null);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#problem.set(toProblem(error));
      if (isNew) this.#show({ entries: [], total: 0, next: null });
    } finally {
      if (this.#latest === request) this.#loading.set(false);
    }
  }

  #show({ entries, total, next }: EntryList): void {
    this.#items.set(entries);
    this.#next.set(next);
    this.#total.set(Math.max(total, entries.length));
  }
}
