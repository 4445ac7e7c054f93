import { Injectable, computed, inject, linkedSignal } from '@angular/core';
import type { Entry } from '@stowage/contract';
import { FolderView } from './folder-view.js';

/** The row that has the focus, or gets it when somebody comes to the list: one of them at any time. */
@Injectable()
export class EntryCursor {
  private readonly view = inject(FolderView);

  // The entry counts, not its place: rows come and go above it. In another folder it begins at the top.
  readonly #at = linkedSignal<string | undefined, { folder: string | undefined; id: string | null; index: number }>({
    source: () => this.view.folder()?.id,
    computation: (folder, before) =>
      before !== undefined && before.value.folder === folder ? before.value : { folder, id: null, index: 0 },
  });

  /** Its place among all. */
  readonly index = computed(() => {
    const { id, index } = this.#at();
    const items = this.view.rows.items();
    const found = id === null ? -1 : items.findIndex((item) => item.id === id);
    return found === -1 ? Math.max(0, Math.min(index, items.length - 1)) : found;
  });
  /** The entry; null when there is none. */
  readonly entry = computed<Entry | null>(() => this.view.rows.items()[this.index()] ?? null);

  /** Goes to a row; beyond the ends to the one at the end. */
  goTo(index: number): void {
    const items = this.view.rows.items();
    const there = Math.max(0, Math.min(index, items.length - 1));
    this.#at.update((at) => ({ ...at, id: items[there]?.id ?? null, index: there }));
  }

  /** Goes to an entry. */
  goToEntry(id: string): void {
    const index = this.view.rows.items().findIndex((item) => item.id === id);
    if (index !== -1) this.goTo(index);
  }
}
