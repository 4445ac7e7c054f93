import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import type { EntryOrder } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Icon } from '../ui/icon.js';
import { EntryCursor } from './entry-cursor.js';
import { drawnRows } from './entry-drawing.js';
import { EntryHands } from './entry-hands.js';
import { EntryMenu } from './entry-menu.js';
import { EntryRow } from './entry-row.js';
import { EntrySelection } from './entry-selection.js';
import { FolderView } from './folder-view.js';
import { rowWindow } from './row-window.js';
import { SORTS, ViewChoice } from './view-choice.js';

/** Rows that a key press on Page Down goes on by. */
const PAGE = 10;

/** The entries of a folder as rows. Only those that can be seen are drawn, and the one that has the focus. */
@Component({
  selector: 'stow-entry-list',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [EntryMenu, EntryRow, Icon, Words],
  templateUrl: './entry-list.html',
  styleUrl: './entry-list.scss',
  host: { '(keydown)': 'pressed($event)', '(focusin)': 'entered($event)' },
})
export class EntryList {
  protected readonly view = inject(FolderView);
  protected readonly hands = inject(EntryHands);
  protected readonly selection = inject(EntrySelection);
  protected readonly choice = inject(ViewChoice);
  private readonly cursor = inject(EntryCursor);
  private readonly area = viewChild.required<ElementRef<HTMLElement>>('area');
  private readonly ruler = viewChild.required<ElementRef<HTMLElement>>('ruler');

  protected readonly sorts = SORTS;
  protected readonly total = this.view.rows.total;
  private readonly range = rowWindow({ area: this.area, ruler: this.ruler, count: this.total });
  protected readonly drawn = computed(() => this.rows().flatMap(({ places }) => places));
  private readonly rows = drawnRows(this.area, this.range, signal(1));
  protected readonly all = computed(() => {
    const chosen = this.selection.size();
    const items = this.view.rows.items();
    return { some: chosen > 0, every: chosen > 0 && items.every(({ id }) => this.selection.has(id)) };
  });

  protected pressed(event: KeyboardEvent): void {
    this.hands.press(event, { columns: 1, page: PAGE });
  }

  protected entered(event: FocusEvent): void {
    const row = event.target instanceof Element ? event.target.closest('[data-index]') : null;
    if (row !== null) this.cursor.goTo(Number(row.getAttribute('data-index')));
  }

  protected sortWords(sort: EntryOrder): string {
    return say(`files.sort.${sort}`);
  }

  protected ariaSort(sort: EntryOrder): 'ascending' | 'descending' | 'none' {
    const now = this.view.arrangement();
    if (now.sort !== sort) return 'none';
    return now.order === 'asc' ? 'ascending' : 'descending';
  }

  protected toggleAll(): void {
    if (this.all().every) this.selection.clear();
    else this.hands.chooseAll();
  }
}
