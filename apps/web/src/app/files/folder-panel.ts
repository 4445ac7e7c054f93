import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  DestroyRef,
  computed,
  effect,
  inject,
  untracked,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Connection } from '../session/connection.js';
import { Session } from '../session/session.js';
import { SharingQuestions } from '../sharing/sharing-questions.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { usageDetails, usageWords } from '../spaces/space-words.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { localTime } from '../ui/time-span.js';
import { BulkBar } from './bulk-bar.js';
import { CrumbBar } from './crumb-bar.js';
import { DetailsPane } from './details-pane.js';
import { EntryActions } from './entry-actions.js';
import { EntryCursor } from './entry-cursor.js';
import { EntryGrid } from './entry-grid.js';
import { EntryHands } from './entry-hands.js';
import { EntryList } from './entry-list.js';
import { EntrySelection } from './entry-selection.js';
import { FileFaults } from './file-faults.js';
import { FileQuestions } from './file-questions.js';
import { FolderView } from './folder-view.js';
import { trashLink } from './places.js';
import { Shortcuts } from './shortcuts.js';
import { ViewChoice } from './view-choice.js';

/** A folder: where it is, what is in it, and what can be done with that. */
@Component({
  selector: 'stow-folder-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [BulkBar, CrumbBar, DetailsPane, EntryGrid, EntryList, ErrorCard, Icon, RouterLink, Words],
  providers: [EntryCursor, EntryHands, EntrySelection],
  templateUrl: './folder-panel.html',
  styleUrl: './folder-panel.scss',
})
export class FolderPanel {
  private readonly document = inject(DOCUMENT);
  private readonly connection = inject(Connection);
  private readonly session = inject(Session);
  private readonly hands = inject(EntryHands);
  private readonly cursor = inject(EntryCursor);

  protected readonly view = inject(FolderView);
  protected readonly rows = this.view.rows;
  protected readonly current = inject(CurrentSpace);
  protected readonly selection = inject(EntrySelection);
  protected readonly choice = inject(ViewChoice);
  protected readonly actions = inject(EntryActions);
  protected readonly faults = inject(FileFaults);
  protected readonly questions = inject(FileQuestions);
  protected readonly sharing = inject(SharingQuestions);

  /** How much the space takes up, and how much it may. Only shown: what fits is the server's to say. */
  protected readonly usage = computed(() => {
    const space = this.current.space();
    return space === null ? null : { words: usageWords(space), details: usageDetails(space) };
  });
  /** When the list was read, while it cannot be read again. */
  protected readonly asOf = computed(() => {
    const loadedAt = this.rows.loadedAt();
    if (this.connection.state() === 'online' || loadedAt === null) return '';
    return say('files.panel.asOf', { time: localTime(loadedAt) });
  });
  protected readonly trash = computed(() => {
    const id = this.current.id();
    return id === null ? null : trashLink(id);
  });
  /** What an empty folder says, and of a space who sees what is put there. */
  protected readonly emptyWords = computed(() => {
    if (this.view.folder()?.parent !== null) return say('files.panel.emptyFolder');
    if (this.session.who()?.access === 'open') return say('files.panel.emptyOpen');
    return this.current.space()?.kind === 'team' ? say('files.panel.emptyTeam') : say('files.panel.emptyPersonal');
  });
  /** Why there are no rows. */
  protected readonly what = computed(() =>
    say(this.rows.items().length > 0 ? 'files.panel.notRefreshed' : 'files.panel.notRead'),
  );

  constructor() {
    inject(ActivatedRoute)
      .queryParamMap.pipe(takeUntilDestroyed())
      .subscribe((parameters) => this.choice.take(parameters));
    inject(Shortcuts).listen(inject(DestroyRef));
    inject(DestroyRef).onDestroy(() => this.actions.hideDetails());
    this.followFolder();
    effect(() => {
      const items = this.rows.items();
      const isAll = !this.rows.hasMore();
      untracked(() => this.selection.follow(items, isAll));
    });
    effect(() => {
      const made = this.actions.made();
      if (made !== null) untracked(() => this.cursor.goToEntry(made));
    });
  }

  protected refresh(): void {
    this.faults.clear();
    void this.rows.refresh();
  }

  protected hideDetails(): void {
    this.actions.hideDetails();
    this.hands.focusRow();
  }

  // What was chosen in one folder is not chosen in another. An empty list has no row for the focus.
  private followFolder(): void {
    let shown = this.view.folder()?.id;
    effect(() => {
      const id = this.view.folder()?.id;
      if (id === shown) return;
      shown = id;
      untracked(() => {
        this.selection.clear();
        this.faults.clear();
        this.actions.hideDetails();
      });
    });
    let wanted = this.hands.focusWanted();
    effect(() => {
      const now = this.hands.focusWanted();
      if (now === wanted) return;
      wanted = now;
      if (untracked(this.rows.items).length === 0) this.document.getElementById('files-title')?.focus();
    });
  }
}
