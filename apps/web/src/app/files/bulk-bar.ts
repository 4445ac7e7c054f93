import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { API } from '../session/server.js';
import { SharingQuestions } from '../sharing/sharing-questions.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Icon } from '../ui/icon.js';
import { EntryHands } from './entry-hands.js';
import { EntrySelection } from './entry-selection.js';
import { downloadLink } from './entry-words.js';
import { FolderView } from './folder-view.js';

/** Ids that an address holds without being longer than any server takes. */
const MOST_IN_ADDRESS = 300;

/** How many entries are chosen, and what can be done with all of them. */
@Component({
  selector: 'stow-bulk-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, Words],
  templateUrl: './bulk-bar.html',
  styleUrl: './bulk-bar.scss',
})
export class BulkBar {
  private readonly api = inject(API);
  private readonly view = inject(FolderView);
  protected readonly selection = inject(EntrySelection);
  protected readonly current = inject(CurrentSpace);
  protected readonly hands = inject(EntryHands);
  protected readonly sharing = inject(SharingQuestions);
  protected readonly reading = signal(false);

  protected readonly words = computed(() => say('files.bulk.chosen', { count: this.selection.size() }));
  /** Where what is chosen is downloaded: a file as it is, more as one ZIP file; null when it is too much for an address. */
  protected readonly download = computed(() => {
    const entries = this.selection.entries();
    const [first, second] = entries;
    if (first !== undefined && second === undefined && first.kind === 'file') return downloadLink(first);
    return entries.length > MOST_IN_ADDRESS ? null : this.api.entries.zipAddress(entries.map(({ id }) => id));
  });
  /** What is chosen, when it is one thing: links lead to one. */
  protected readonly only = computed(() => {
    const [first, second] = this.selection.entries();
    return first !== undefined && second === undefined ? first : null;
  });
  /** How many there are in all, when only a part of them was read and all of that is chosen. */
  protected readonly allOf = computed(() => {
    const { rows } = this.view;
    const isAllRead = rows.items().every(({ id }) => this.selection.has(id));
    return rows.hasMore() && isAllRead ? say('files.bulk.chooseAll', { count: rows.total() }) : '';
  });

  protected async chooseAll(): Promise<void> {
    this.reading.set(true);
    await this.view.rows.rest();
    this.hands.chooseAll();
    this.reading.set(false);
    this.hands.focusRow();
  }

  protected leave(): void {
    this.selection.clear();
    this.hands.focusRow();
  }
}
