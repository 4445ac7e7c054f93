import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  effect,
  inject,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { type ProblemError, toProblem } from '@stowage/client';
import type { UploadSummary } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Announcer } from '../shell/announcer.js';
import { UPLOADS } from '../session/uploads.js';
import { byteSize } from '../ui/byte-size.js';
import { Confirmation } from '../ui/confirmation.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { ShowMore } from '../ui/show-more.js';
import { localDateTime } from '../ui/time-span.js';
import { MissingParts } from './missing-parts.js';
import { Transfers } from './transfers.js';
import { UnfinishedRow } from './unfinished-row.js';
import { UnfinishedUploads } from './unfinished-uploads.js';

/** Something that was asked of the server and did not work. */
interface Failure {
  readonly what: string;
  readonly problem: ProblemError;
  readonly again: () => void;
}

/** What the server holds in part and this page is not sending. */
@Component({
  selector: 'stow-unfinished-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, Icon, ShowMore, UnfinishedRow, Words],
  templateUrl: './unfinished-panel.html',
  styleUrl: './unfinished-panel.scss',
})
export class UnfinishedPanel {
  private readonly store = inject(UnfinishedUploads);
  private readonly queue = inject(UPLOADS);
  private readonly transfers = inject(Transfers);
  private readonly parts = inject(MissingParts);
  private readonly confirmation = inject(Confirmation);
  private readonly announcer = inject(Announcer);
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');

  protected readonly list = this.store.list;
  protected readonly rows = computed(() => {
    this.transfers.totals();
    // What holds nothing yet and is being sent has only just begun, perhaps here: its answer tells whose it is.
    return this.list.items().filter(({ id, received, active }) => !this.queue.isOwn(id) && (received > 0 || !active));
  });
  /** The time that ages and expiries are told for: that of the last change. */
  protected readonly now = computed(() => {
    this.rows();
    return new Date();
  });
  protected readonly failure = signal<Failure | null>(null);

  constructor() {
    effect(() => {
      const rows = this.rows();
      untracked(() => void this.parts.want(rows));
    });
  }

  protected refresh(): void {
    this.failure.set(null);
    void this.list.refresh();
  }

  protected continue(upload: UploadSummary, file: File): void {
    this.transfers.continue(upload, file);
    this.announcer.say(say('upload.unfinishedPanel.continuing', { name: spelledName(upload.name) }));
    this.title().nativeElement.focus();
  }

  protected async keepLonger(upload: UploadSummary): Promise<void> {
    await this.attempt(say('upload.unfinishedPanel.notKept'), async () => {
      const expiresAt = await this.store.extend(upload.id);
      await this.list.refresh();
      const name = spelledName(upload.name);
      this.announcer.say(
        expiresAt === null
          ? say('upload.unfinishedPanel.kept', { name })
          : say('upload.unfinishedPanel.keptUntil', { name, time: localDateTime(expiresAt) }),
      );
    });
  }

  protected async save(upload: UploadSummary, conflict: 'rename' | 'replace' | undefined): Promise<void> {
    const yes =
      conflict !== 'replace' ||
      (await this.confirmation.ask({
        title: say('upload.unfinishedPanel.askReplace'),
        name: upload.name,
        consequence: say('upload.unfinishedPanel.askReplaceThen'),
        action: say('upload.unfinishedPanel.askReplaceYes'),
      }));
    if (!yes) return;
    await this.attempt(say('upload.unfinishedPanel.notSaved'), async () => {
      const name = await this.store.save(upload.id, conflict);
      this.announcer.say(
        name === null
          ? say('upload.unfinishedPanel.saving', { name: spelledName(upload.name) })
          : say('upload.unfinishedPanel.saved', { name: spelledName(name) }),
      );
      this.title().nativeElement.focus();
    });
  }

  protected async remove(upload: UploadSummary): Promise<void> {
    const yes = await this.confirmation.ask({
      title: say('upload.unfinishedPanel.askRemove'),
      name: upload.name,
      consequence: say('upload.unfinishedPanel.askRemoveThen', { size: byteSize(upload.received) }),
      action: say('upload.unfinishedPanel.askRemoveYes'),
    });
    if (!yes) return;
    await this.attempt(say('upload.unfinishedPanel.notRemoved'), async () => {
      await this.store.remove(upload.id);
      this.announcer.say(say('upload.unfinishedPanel.removed', { name: spelledName(upload.name) }));
      this.title().nativeElement.focus();
    });
  }

  // After a refusal the list says what is true now.
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      // Its button is gone with the card, and the focus would go with it.
      if (this.failure() !== null) this.title().nativeElement.focus();
      this.failure.set(null);
      await work();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code !== 'upload-not-found')
        this.failure.set({ what, problem, again: () => void this.attempt(what, work) });
      await this.list.refresh();
    }
  }
}
