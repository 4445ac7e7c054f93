import { Injectable, computed, signal } from '@angular/core';
import type { Entry } from '@stowage/contract';

/** Which entries of a list are chosen, and from where a range of them begins. */
@Injectable()
export class EntrySelection {
  readonly #chosen = signal<ReadonlyMap<string, Entry>>(new Map());
  /** Id of the entry that was chosen or left out last by itself. */
  #anchor: string | null = null;

  readonly size = computed(() => this.#chosen().size);
  readonly entries = computed<readonly Entry[]>(() => Array.from(this.#chosen().values()));

  has(id: string): boolean {
    return this.#chosen().has(id);
  }

  /** Chooses an entry, or leaves it out. */
  toggle(entry: Entry): void {
    const chosen = new Map(this.#chosen());
    if (!chosen.delete(entry.id)) chosen.set(entry.id, entry);
    this.#chosen.set(chosen);
    this.#anchor = entry.id;
  }

  /** Chooses this entry and no other. */
  only(entry: Entry): void {
    this.#chosen.set(new Map([[entry.id, entry]]));
    this.#anchor = entry.id;
  }

  /**
   * Chooses all from the one that was chosen last to this one, besides those that are.
   * @param shown entries in the order that is shown
   */
  extend(entry: Entry, shown: readonly Entry[]): void {
    const to = shown.findIndex(({ id }) => id === entry.id);
    const from = shown.findIndex(({ id }) => id === this.#anchor);
    if (from === -1 || to === -1) {
      this.toggle(entry);
      return;
    }
    this.add(shown.slice(Math.min(from, to), Math.max(from, to) + 1));
  }

  /** Chooses all of these as well. */
  add(entries: readonly Entry[]): void {
    const chosen = new Map(this.#chosen());
    for (const entry of entries) chosen.set(entry.id, entry);
    this.#chosen.set(chosen);
  }

  clear(): void {
    this.#anchor = null;
    if (this.#chosen().size > 0) this.#chosen.set(new Map());
  }

  /**
   * Takes over what entries have become, and leaves out what is gone.
   * @param isAll false when there are more than those that are known
   */
  follow(known: readonly Entry[], isAll: boolean): void {
    const before = this.#chosen();
    if (before.size === 0) return;
    const chosen = new Map(isAll ? [] : before);
    for (const entry of known) if (before.has(entry.id)) chosen.set(entry.id, entry);
    this.#chosen.set(chosen);
  }
}
