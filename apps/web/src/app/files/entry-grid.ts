import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  type ElementRef,
  afterNextRender,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { EntryCard } from './entry-card.js';
import { EntryCursor } from './entry-cursor.js';
import { drawnRows } from './entry-drawing.js';
import { EntryHands } from './entry-hands.js';
import { EntryMenu } from './entry-menu.js';
import { FolderView } from './folder-view.js';
import { rowWindow } from './row-window.js';
import { SORTS, ViewChoice } from './view-choice.js';

/** Narrowest card, in pixels of the text's usual size. */
const CARD_WIDTH = 152;
/** Rows that a key press on Page Down goes on by. */
const PAGE_ROWS = 3;

/** The entries of a folder as cards, as many beside each other as there is room for. */
@Component({
  selector: 'stow-entry-grid',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [EntryCard, EntryMenu, Words],
  templateUrl: './entry-grid.html',
  styleUrl: './entry-grid.scss',
  host: { '(keydown)': 'pressed($event)', '(focusin)': 'entered($event)' },
})
export class EntryGrid {
  protected readonly view = inject(FolderView);
  protected readonly hands = inject(EntryHands);
  protected readonly choice = inject(ViewChoice);
  private readonly cursor = inject(EntryCursor);
  private readonly area = viewChild.required<ElementRef<HTMLElement>>('area');
  private readonly ruler = viewChild.required<ElementRef<HTMLElement>>('ruler');

  protected readonly sorts = computed(() => SORTS.map((sort) => ({ sort, words: say(`files.sort.${sort}`) })));
  protected readonly columns = signal(4);
  protected readonly count = computed(() => Math.ceil(this.view.rows.total() / this.columns()));
  private readonly range = rowWindow({ area: this.area, ruler: this.ruler, count: this.count });
  protected readonly drawn = drawnRows(this.area, this.range, this.columns);

  constructor() {
    const destroyed = inject(DestroyRef);
    afterNextRender(() => {
      if (!('ResizeObserver' in globalThis)) return;
      const observer = new ResizeObserver(([entry]) => {
        const width = entry?.contentRect.width ?? 0;
        if (width > 0) this.columns.set(Math.max(1, Math.floor(width / CARD_WIDTH)));
      });
      observer.observe(this.area().nativeElement);
      destroyed.onDestroy(() => observer.disconnect());
    });
  }

  protected pressed(event: KeyboardEvent): void {
    this.hands.press(event, { columns: this.columns(), page: PAGE_ROWS * this.columns() });
  }

  protected entered(event: FocusEvent): void {
    const card = event.target instanceof Element ? event.target.closest('[data-index]') : null;
    if (card !== null) this.cursor.goTo(Number(card.getAttribute('data-index')));
  }

  protected sortBy(value: string): void {
    const sort = SORTS.find((known) => known === value);
    if (sort !== undefined && sort !== this.view.arrangement().sort) this.choice.sortBy(sort);
  }

  protected turn(): void {
    this.choice.sortBy(this.view.arrangement().sort);
  }
}
