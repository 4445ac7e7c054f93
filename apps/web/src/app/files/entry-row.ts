import { ChangeDetectionStrategy, Component, type ElementRef, computed, inject, input, viewChild } from '@angular/core';
import { MatMenuTrigger } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import type { Entry } from '@stowage/contract';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { Icon } from '../ui/icon.js';
import { VisibleName } from '../ui/visible-name.js';
import { EntryActions } from './entry-actions.js';
import { isOnControl } from './entry-card.js';
import { DropFolder, EntryDrag } from './entry-drag.js';
import { faceOf } from './entry-face.js';
import { EntryHands } from './entry-hands.js';
import type { EntryMenu } from './entry-menu.js';
import { EntrySelection } from './entry-selection.js';
import { folderLink } from './places.js';

/** One entry as a row. What is in it can be reached with Tab only in the row of the cursor. */
@Component({
  selector: 'stow-entry-row',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, MatMenuTrigger, RouterLink, VisibleName, Words],
  hostDirectives: [
    { directive: EntryDrag, inputs: ['stowEntryDrag: entry'] },
    { directive: DropFolder, inputs: ['stowDropFolder: folder'] },
  ],
  templateUrl: './entry-row.html',
  styleUrl: './entry-row.scss',
  host: {
    role: 'row',
    '[attr.data-index]': 'index()',
    '[attr.aria-rowindex]': 'index() + 2',
    '[attr.aria-selected]': 'isChosen()',
    '[tabindex]': 'tab()',
    '[style.--at]': 'index()',
    '[class.chosen]': 'isChosen()',
    '(contextmenu)': 'openMenu($event)',
    '(click)': 'clicked($event)',
    '(dblclick)': 'opened($event)',
  },
})
export class EntryRow {
  private readonly api = inject(API);
  private readonly hands = inject(EntryHands);
  private readonly selection = inject(EntrySelection);
  protected readonly actions = inject(EntryActions);
  private readonly trigger = viewChild.required(MatMenuTrigger);
  private readonly more = viewChild.required<ElementRef<HTMLElement>>('more');

  readonly entry = input.required<Entry>();
  /** The entry if it is a folder: what can be dropped on. */
  readonly folder = input.required<Entry | null>();
  /** Its place in the list. */
  readonly index = input.required<number>();
  /** True for the row of the cursor. */
  readonly isCurrent = input.required<boolean>();
  readonly menu = input.required<EntryMenu>();

  protected readonly face = computed(() => faceOf(this.entry(), (ids) => this.api.entries.zipAddress(ids)));
  protected readonly isChosen = computed(() => this.selection.has(this.entry().id));
  protected readonly tab = computed(() => (this.isCurrent() ? 0 : -1));
  protected readonly link = computed(() => (this.entry().kind === 'folder' ? folderLink(this.entry().id) : null));

  protected toggle(event: MouseEvent): void {
    if (event.shiftKey) this.hands.click(event, this.entry());
    else this.selection.toggle(this.entry());
  }

  protected clicked(event: MouseEvent): void {
    if (!isOnControl(event)) this.hands.click(event, this.entry());
  }

  protected opened(event: MouseEvent): void {
    if (!isOnControl(event)) this.actions.open(this.entry());
  }

  protected openMenu(event: Event): void {
    event.preventDefault();
    this.more().nativeElement.focus();
    this.trigger().openMenu();
  }
}
