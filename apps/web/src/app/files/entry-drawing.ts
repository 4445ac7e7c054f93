import { type ElementRef, type Signal, afterRenderEffect, computed, effect, inject, untracked } from '@angular/core';
import type { Entry } from '@stowage/contract';
import { EntryCursor } from './entry-cursor.js';
import { EntryHands } from './entry-hands.js';
import { FolderView } from './folder-view.js';
import type { RowRange } from './row-window.js';

/** A place in the list, and the entry that is there if it was read. */
export interface DrawnPlace {
  readonly index: number;
  readonly entry: Entry | null;
  readonly isCurrent: boolean;
}

/** Places beside each other. */
export interface DrawnRow {
  /** From zero. */
  readonly number: number;
  readonly places: readonly DrawnPlace[];
}

/**
 * What of a folder is drawn: the rows of a range, and that of the cursor wherever it is, since the focus is on it. Reads on
 * where nothing is read yet, and moves the focus when it is wanted. Has to be called where `inject` may be.
 * @param columns entries in a row
 */
export function drawnRows(
  area: Signal<ElementRef<HTMLElement>>,
  range: Signal<RowRange>,
  columns: Signal<number>,
): Signal<readonly DrawnRow[]> {
  const { rows } = inject(FolderView);
  const cursor = inject(EntryCursor);
  const hands = inject(EntryHands);
  effect(() => {
    const isShort = range().end * columns() > rows.items().length && rows.hasMore();
    if (isShort && rows.problem() === null && !rows.loading()) untracked(() => void rows.more());
  });
  let focused = hands.focusWanted();
  afterRenderEffect(() => {
    const wanted = hands.focusWanted();
    const index = cursor.index();
    if (wanted === focused) return;
    focused = wanted;
    area().nativeElement.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus();
  });
  return computed(() => {
    const { start, end } = range();
    const [across, items, current, total] = [columns(), rows.items(), cursor.index(), rows.total()];
    const numbers = Array.from({ length: Math.max(0, end - start) }, (_, offset) => start + offset);
    const focusedRow = Math.floor(current / across);
    if (items.length > 0 && !numbers.includes(focusedRow)) numbers.push(focusedRow);
    return numbers.map((number) => ({
      number,
      places: Array.from({ length: Math.min(across, total - number * across) }, (_, column) => {
        const index = number * across + column;
        return { index, entry: items[index] ?? null, isCurrent: index === current };
      }),
    }));
  });
}
