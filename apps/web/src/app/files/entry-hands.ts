import { Injectable, inject, signal } from '@angular/core';
import type { Entry } from '@stowage/contract';
import { CurrentSpace } from '../spaces/current-space.js';
import { EntryActions } from './entry-actions.js';
import { EntryCursor } from './entry-cursor.js';
import { type EntryCommand, type Layout, commandOf } from './entry-keys.js';
import { EntryMoves } from './entry-moves.js';
import { EntrySelection } from './entry-selection.js';
import { EntryTrash } from './entry-trash.js';
import { FolderView } from './folder-view.js';

/** What keys, clicks, menus and buttons do with the entries of a folder. */
@Injectable()
export class EntryHands {
  private readonly view = inject(FolderView);
  private readonly current = inject(CurrentSpace);
  private readonly cursor = inject(EntryCursor);
  private readonly selection = inject(EntrySelection);
  private readonly actions = inject(EntryActions);
  private readonly moves = inject(EntryMoves);
  private readonly trash = inject(EntryTrash);
  readonly #focusWanted = signal(0);

  /** Grows each time that the row of the cursor is to have the focus. */
  readonly focusWanted = this.#focusWanted.asReadonly();

  /** Takes a key press in the list. */
  press(event: KeyboardEvent, layout: Layout): void {
    const { target } = event;
    const isOnRow = target instanceof HTMLElement && target.hasAttribute('data-index');
    // Buttons and links in a row have their own use for these.
    if (!isOnRow && [' ', 'Enter', 'm', 'i'].includes(event.key)) return;
    const command = commandOf(event, layout);
    const entry = this.cursor.entry();
    if (command === null || entry === null) return;
    event.preventDefault();
    if ('move' in command) void this.go(command, entry);
    else this.do(command.does, entry);
  }

  /** Takes a click on a row, beside its buttons and links. */
  click(event: MouseEvent, entry: Entry): void {
    this.cursor.goToEntry(entry.id);
    if (event.shiftKey) this.selection.extend(entry, this.view.rows.items());
    else if (event.ctrlKey || event.metaKey) this.selection.toggle(entry);
    else this.selection.only(entry);
  }

  /** Chooses everything that was read so far. */
  chooseAll(): void {
    this.selection.add(this.view.rows.items());
  }

  /** An entry, with all that are chosen if it is one of them. */
  subjects(entry: Entry): readonly Entry[] {
    return this.selection.has(entry.id) ? this.selection.entries() : [entry];
  }

  async moveTo(entries: readonly Entry[]): Promise<void> {
    if (await this.moves.moveTo(entries)) this.release();
  }

  async copyTo(entries: readonly Entry[]): Promise<void> {
    if (await this.moves.copyTo(entries)) this.release();
  }

  async discard(entries: readonly Entry[]): Promise<void> {
    if (await this.trash.discard(entries)) this.release();
  }

  /** Gives the focus to the row of the cursor. */
  focusRow(): void {
    this.#focusWanted.update((times) => times + 1);
  }

  // What was chosen is gone from here, and the focus with it.
  private release(): void {
    this.selection.clear();
    this.focusRow();
  }

  private do(does: Extract<EntryCommand, { does: unknown }>['does'], entry: Entry): void {
    const mayChange = this.current.mayDelete();
    const subjects = this.selection.size() > 0 ? this.selection.entries() : [entry];
    if (does === 'open') this.actions.open(entry);
    if (does === 'details') this.actions.showDetails(entry);
    if (does === 'toggle') this.selection.toggle(entry);
    if (does === 'all') this.chooseAll();
    if (does === 'none') this.leave();
    if (does === 'rename' && mayChange) this.actions.rename(entry);
    if (does === 'moveTo' && mayChange) void this.moveTo(subjects);
    if (does === 'trash' && mayChange) void this.discard(subjects);
  }

  private leave(): void {
    if (this.selection.size() > 0) this.selection.clear();
    else this.actions.hideDetails();
  }

  private async go({ move, extends: isRange }: Extract<EntryCommand, { move: unknown }>, from: Entry): Promise<void> {
    if (move === 'last') await this.view.rows.rest();
    const last = this.view.rows.items().length - 1;
    const to = move === 'first' ? 0 : move === 'last' ? last : this.cursor.index() + move;
    if (isRange && !this.selection.has(from.id)) this.selection.toggle(from);
    this.cursor.goTo(to);
    const entry = this.cursor.entry();
    if (isRange && entry !== null) this.selection.extend(entry, this.view.rows.items());
    this.focusRow();
  }
}
