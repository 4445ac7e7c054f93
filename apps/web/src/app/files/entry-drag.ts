import { Directive, Injectable, computed, inject, input, signal } from '@angular/core';
import type { Entry } from '@stowage/contract';
import { WindowDrop } from '../shell/window-drop.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { EntryMoves } from './entry-moves.js';
import { EntrySelection } from './entry-selection.js';
import type { ChosenFolder } from './file-questions.js';

/** Tells our own drags from those of files and text. */
const TYPE = 'application/x-stowage-entries';

/** What is being dragged within the page. */
@Injectable({ providedIn: 'root' })
export class DraggedEntries {
  readonly #entries = signal<readonly Entry[]>([]);
  readonly entries = this.#entries.asReadonly();

  begin(entries: readonly Entry[]): void {
    this.#entries.set(entries);
  }

  end(): void {
    this.#entries.set([]);
  }
}

/** Lets an entry be dragged, with all others that are chosen if it is one of them. "Move to…" does the same without. */
@Directive({
  selector: '[stowEntryDrag]',
  host: {
    '[attr.draggable]': 'current.mayDelete()',
    '(dragstart)': 'begin($event)',
    '(dragend)': 'dragged.end()',
  },
})
export class EntryDrag {
  protected readonly current = inject(CurrentSpace);
  protected readonly dragged = inject(DraggedEntries);
  private readonly selection = inject(EntrySelection);
  readonly entry = input.required<Entry>({ alias: 'stowEntryDrag' });

  protected begin(event: DragEvent): void {
    const entry = this.entry();
    const entries = this.selection.has(entry.id) ? this.selection.entries() : [entry];
    event.dataTransfer?.setData(TYPE, String(entries.length));
    if (event.dataTransfer !== null) event.dataTransfer.effectAllowed = 'move';
    this.dragged.begin(entries);
  }
}

/** Takes entries that are dropped on a folder, and tells the window which folder files are dropped on. */
@Directive({
  selector: '[stowDropFolder]',
  host: {
    '[attr.data-drop-folder]': 'folder()?.id',
    '[class.drop-here]': 'isOver()',
    '(dragenter)': 'over($event)',
    '(dragover)': 'over($event)',
    '(dragleave)': 'hovered.set(false)',
    '(drop)': 'drop($event)',
  },
})
export class DropFolder {
  private readonly dragged = inject(DraggedEntries);
  private readonly moves = inject(EntryMoves);
  private readonly selection = inject(EntrySelection, { optional: true });
  private readonly windowDrop = inject(WindowDrop);
  /** Null for what is no folder. */
  readonly folder = input.required<ChosenFolder | null>({ alias: 'stowDropFolder' });

  protected readonly hovered = signal(false);
  protected readonly isOver = computed(() => {
    const id = this.folder()?.id ?? null;
    return id !== null && ((this.hovered() && this.takes()) || this.windowDrop.over() === id);
  });
  private readonly takes = computed(() => {
    const folder = this.folder();
    const entries = this.dragged.entries();
    if (folder === null || entries.length === 0) return false;
    return entries.every(({ id, parent }) => id !== folder.id && parent !== folder.id);
  });

  protected over(event: DragEvent): void {
    if (!this.takes()) return;
    event.preventDefault();
    this.hovered.set(true);
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'move';
  }

  protected drop(event: DragEvent): void {
    const folder = this.folder();
    const entries = this.dragged.entries();
    this.hovered.set(false);
    if (folder === null || !this.takes()) return;
    event.preventDefault();
    this.dragged.end();
    void this.moves.move(entries, folder).then((moved) => {
      if (moved) this.selection?.clear();
    });
  }
}
