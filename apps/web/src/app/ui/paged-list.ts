import { computed, signal } from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';

/** One page of a list, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A list that the server hands out in pages, newest first, and what became of asking for it. */
export class PagedList<T extends { readonly id: string }> {
  readonly #items = signal<readonly T[]>([]);
  readonly #next = signal<string | null>(null);
  readonly #problem = signal<ProblemError | null>(null);
  readonly #loading = signal(false);
  readonly #loadedAt = signal<Date | null>(null);
  #latest: AbortController | null = null;

  readonly items = this.#items.asReadonly();
  readonly hasMore = computed(() => this.#next() !== null);
  /** Why the last request failed; the items of the one before stay. */
  readonly problem = this.#problem.asReadonly();
  readonly loading = this.#loading.asReadonly();
  /** When the list was last read; null before the first time. */
  readonly loadedAt = this.#loadedAt.asReadonly();

  constructor(private readonly fetchPage: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>) {}

  /**
   * Reads the first page again. Later pages that were shown stay when the new page meets them; otherwise something would
   * be missing between, and the list begins anew.
   */
  refresh(): Promise<void> {
    return this.#ask(null, (page) => {
      const known = this.#items();
      const fresh = new Set(page.items.map(({ id }) => id));
      const last = known.findLastIndex(({ id }) => fresh.has(id));
      if (page.next === null || last === -1) return page;
      const rest = known.slice(last + 1);
      return rest.length === 0 ? page : { items: [...page.items, ...rest], next: this.#next() };
    });
  }

  /** Reads the next page. */
  more(): Promise<void> {
    const cursor = this.#next();
    if (cursor === null) return Promise.resolve();
    return this.#ask(cursor, (page) => {
      const known = new Set(this.#items().map(({ id }) => id));
      return { items: [...this.#items(), ...page.items.filter(({ id }) => !known.has(id))], next: page.next };
    });
  }

  /** Takes an item off, before the server is asked again. */
  remove(id: string): void {
    this.#items.update((items) => items.filter((item) => item.id !== id));
  }

  /** Forgets everything, as if it had never been read. */
  clear(): void {
    this.#latest?.abort();
    this.#items.set([]);
    this.#next.set(null);
    this.#problem.set(null);
    this.#loadedAt.set(null);
  }

  // Only the answer to the latest question counts.
  async #ask(cursor: string | null, merge: (page: Page<T>) => Page<T>): Promise<void> {
    this.#latest?.abort();
    const request = new AbortController();
    this.#latest = request;
    this.#loading.set(true);
    try {
      const page = merge(await this.fetchPage(cursor, request.signal));
      if (request.signal.aborted) return;
      this.#items.set(page.items);
      this.#next.set(page.next);
      this.#problem.set(null);
      this.#loadedAt.set(new Date());
    } catch (error) {
      if (!request.signal.aborted) this.#problem.set(toProblem(error));
    } finally {
      if (this.#latest === request) this.#loading.set(false);
    }
  }
}
