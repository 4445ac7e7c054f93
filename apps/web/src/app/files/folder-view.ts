import { Injectable, computed, inject, signal } from '@angular/core';
import type { EntryOrder, FolderWithAncestors } from '@stowage/contract';
import { API } from '../session/server.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { EntryRows, type RowsPage, type RowsQuery } from './entry-rows.js';
import { type Place, type UploadPlace, placeOf } from './places.js';

/** What rows are ordered by, and which way. */
export interface Arrangement {
  readonly sort: EntryOrder;
  readonly order: 'asc' | 'desc';
}

/** By name, as people count. */
export const BY_NAME: Arrangement = { sort: 'name', order: 'asc' };

/** The folder that the page shows, and what is in it. */
@Injectable({ providedIn: 'root' })
export class FolderView {
  private readonly api = inject(API);
  private readonly current = inject(CurrentSpace);
  /** Id of the folder that the address names; null for the root of the space. */
  readonly #address = signal<string | null>(null);
  readonly #arrangement = signal<Arrangement>(BY_NAME);

  readonly arrangement = this.#arrangement.asReadonly();
  /** What is in it. What was shown before stays until it is known. */
  readonly rows = new EntryRows<FolderWithAncestors | null>((query, signal) => this.read(query, signal));
  /** The folder whose rows are shown; null before the first is known. */
  readonly folder = computed(() => this.rows.about());
  /** Id of the folder that is wanted; null before the first of one's spaces is known. */
  readonly wanted = computed(() => this.#address() ?? this.current.id());
  /** True while another folder is shown than the one that is wanted. */
  readonly isLeaving = computed(() => this.folder() !== null && this.folder()?.id !== this.wanted());
  /** True when there is no such folder, or none for whoever looks. */
  readonly isMissing = computed(() => this.rows.problem()?.code === 'folder-not-found');
  /** Where what is dropped or chosen goes. */
  readonly place = computed<UploadPlace>(() => {
    const folder = this.folder();
    if (folder !== null && folder.id === this.wanted()) return placeOf(folder);
    const address = this.#address();
    if (address === null) return { space: this.current.id(), folder: null, path: '', name: null };
    return { space: null, folder: address, path: null, name: null };
  });

  /** Turns to another place. Of another space nothing of the one before stays. */
  goTo(place: Place): void {
    const address = 'folder' in place ? place.folder : null;
    const space = 'space' in place ? place.space : this.current.chosen();
    if (address === this.#address() && space === this.current.chosen() && this.rows.loadedAt() !== null) return;
    if (space !== this.current.chosen()) this.rows.clear();
    this.current.choose(space);
    this.#address.set(address);
    void this.rows.open();
  }

  /** Orders the rows in another way. */
  arrange(arrangement: Arrangement): void {
    const { sort, order } = this.#arrangement();
    if (arrangement.sort === sort && arrangement.order === order) return;
    this.#arrangement.set(arrangement);
    if (this.rows.loadedAt() !== null) void this.rows.open();
  }

  private async read({ limit, cursor }: RowsQuery, signal: AbortSignal): Promise<RowsPage<FolderWithAncestors | null>> {
    const { sort, order } = this.#arrangement();
    const query = { sort, order, limit, cursor };
    const shown = this.folder();
    if (cursor !== null && shown !== null)
      return { ...(await this.api.entries.list(shown.id, query, signal)), about: shown };
    const address = this.#address();
    // Whatever may have changed the list may have changed how much there is as well.
    const refreshed = this.current.refresh();
    const id = address ?? this.current.id() ?? (await refreshed);
    if (id === null) return { entries: [], total: 0, next: null, about: null };
    const [folder, list] = await Promise.all([
      this.api.entries.folder(id, signal),
      this.api.entries.list(id, query, signal),
      refreshed.catch(() => null),
    ]);
    signal.throwIfAborted();
    await this.follow(folder.space);
    return { ...list, about: folder };
  }

  // A folder's address does not say of which space it is.
  private async follow(space: string): Promise<void> {
    if (space === this.current.id()) return;
    this.current.choose(space);
    await this.current.refresh();
  }
}
