import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { StoredFile } from '@stowage/contract';
import { Announcer } from '../shell/announcer.js';
import { Connection } from '../session/connection.js';
import { Session } from '../session/session.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { usageDetails, usageWords } from '../spaces/space-words.js';
import { byteSize, exactBytes } from '../ui/byte-size.js';
import { Confirmation } from '../ui/confirmation.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { ShowMore } from '../ui/show-more.js';
import { localDate, localTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { StoredFiles } from './stored-files.js';

/** What the server holds, to download and to delete. */
@Component({
  selector: 'stow-file-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, Icon, ShowMore, VisibleName],
  templateUrl: './file-panel.html',
  styleUrl: './file-panel.scss',
})
export class FilePanel {
  private readonly files = inject(StoredFiles);
  private readonly confirmation = inject(Confirmation);
  private readonly announcer = inject(Announcer);
  private readonly connection = inject(Connection);
  private readonly session = inject(Session);
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');

  protected readonly current = inject(CurrentSpace);
  protected readonly list = this.files.list;
  protected readonly rows = computed(() =>
    this.list.items().map((file) => ({
      file,
      // Nothing of a damaged file is sent unasked.
      href: file.damaged === true ? `${file.url}?damaged=accept` : file.url,
      download: file.damaged === true ? 'Download what is left of' : 'Download',
      size: byteSize(file.size),
      bytes: exactBytes(file.size),
      date: localDate(new Date(file.createdAt)),
      time: localTime(new Date(file.createdAt)),
      label: spelledName(file.name),
    })),
  );
  /** How much the space takes up, and how much it may. Only shown: what fits is the server's to say. */
  protected readonly usage = computed(() => {
    const space = this.current.space();
    return space === null ? null : { words: usageWords(space), details: usageDetails(space) };
  });
  /** Who else sees what is uploaded. */
  protected readonly readers = computed(() => {
    if (this.session.who()?.access === 'open') return 'everyone who can open this page';
    return this.current.space()?.kind === 'team' ? 'all members of the space' : 'you and the admins of this server';
  });
  /** When the list was read, while it cannot be read again. */
  protected readonly asOf = computed(() => {
    const loadedAt = this.list.loadedAt();
    return this.connection.state() === 'online' || loadedAt === null ? '' : localTime(loadedAt);
  });
  /** A file that could not be deleted, and why. */
  protected readonly deletion = signal<{ readonly file: StoredFile; readonly problem: ProblemError } | null>(null);

  protected refresh(): void {
    this.deletion.set(null);
    void this.list.refresh();
  }

  protected async delete(file: StoredFile): Promise<void> {
    const yes = await this.confirmation.ask({
      title: 'Delete this file?',
      name: file.name,
      consequence: 'It is removed from the server and cannot be brought back.',
      action: 'Delete',
    });
    if (yes) await this.again(file);
  }

  /** Deletes a file that somebody has said is to be deleted. */
  protected async again(file: StoredFile): Promise<void> {
    // Its button is gone with the card, and the focus would go with it.
    if (this.deletion() !== null) this.title().nativeElement.focus();
    this.deletion.set(null);
    try {
      await this.files.delete(file.id);
    } catch (error) {
      const problem = toProblem(error);
      await this.list.refresh();
      if (problem.code !== 'file-not-found') {
        this.deletion.set({ file, problem });
        return;
      }
    }
    this.announcer.say(`${spelledName(file.name)} deleted.`);
    this.title().nativeElement.focus();
  }
}
