import { ChangeDetectionStrategy, Component, type ElementRef, computed, inject, viewChild } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute, RouterLink } from '@angular/router';
import type { Entry } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Connection } from '../session/connection.js';
import { Identity } from '../session/identity.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { spaceLink } from '../spaces/spaces.js';
import { byteSize } from '../ui/byte-size.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { localDateTime, localTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { entryIcon } from './entry-words.js';
import { FileDialogs } from './file-dialogs.js';
import { FileFaults } from './file-faults.js';
import { FileQuestions } from './file-questions.js';
import { OperationProgress } from './operation-progress.js';
import { TrashView } from './trash-view.js';
import { UndoBar } from './undo-bar.js';

/** What was deleted in a space: who did it, when, and from where; and the way back. */
@Component({
  selector: 'stow-trash-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, FileDialogs, Icon, OperationProgress, RouterLink, UndoBar, VisibleName, Words],
  providers: [TrashView],
  templateUrl: './trash-page.html',
  styleUrl: './trash-page.scss',
})
export class TrashPage {
  private readonly connection = inject(Connection);
  private readonly title = viewChild<ElementRef<HTMLElement>>('title');
  protected readonly trash = inject(TrashView);
  protected readonly current = inject(CurrentSpace);
  protected readonly faults = inject(FileFaults);
  protected readonly questions = inject(FileQuestions);
  protected readonly rows = this.trash.rows;

  protected readonly shown = computed(() =>
    this.rows.items().map((entry) => ({
      entry,
      icon: entryIcon(entry),
      label: spelledName(entry.name),
      size: entry.kind === 'file' ? byteSize(entry.size) : say('files.kind.folder'),
      at: entry.trashed?.at ?? entry.createdAt,
      deleted: this.deletedWords(entry),
      from: entry.trashed?.path ?? entry.path,
    })),
  );
  protected readonly back = computed(() => {
    const space = this.current.space();
    return space === null ? '/' : spaceLink(space);
  });
  protected readonly asOf = computed(() => {
    const loadedAt = this.rows.loadedAt();
    if (this.connection.state() === 'online' || loadedAt === null) return '';
    return say('files.panel.asOf', { time: localTime(loadedAt) });
  });

  constructor() {
    inject(Identity);
    this.faults.clear();
    inject(ActivatedRoute)
      .paramMap.pipe(takeUntilDestroyed())
      .subscribe((parameters) => {
        const space = parameters.get('space');
        if (this.current.id() !== space) this.current.choose(space);
        void this.rows.open();
      });
  }

  protected async restore(entry: Entry): Promise<void> {
    await this.trash.restore(entry);
    this.keepFocus();
  }

  protected async purge(entry: Entry): Promise<void> {
    await this.trash.purge(entry);
    this.keepFocus();
  }

  protected async empty(): Promise<void> {
    await this.trash.empty();
    this.keepFocus();
  }

  // The button that had the focus may be gone with its row.
  private keepFocus(): void {
    if (document.activeElement === document.body || document.activeElement === null)
      this.title()?.nativeElement.focus();
  }

  private deletedWords({ trashed, createdAt }: Entry): string {
    const at = localDateTime(trashed?.at ?? createdAt);
    const by = trashed?.by ?? null;
    return by === null ? at : say('files.trash.deletedBy', { at, name: by });
  }
}
