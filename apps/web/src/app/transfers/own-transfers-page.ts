import { ChangeDetectionStrategy, Component, type ElementRef, computed, inject, viewChild } from '@angular/core';
import { say } from '../language/say.js';
import type { UploadSummary } from '@stowage/contract';
import { Words } from '../language/words.js';
import { Connection } from '../session/connection.js';
import { Identity } from '../session/identity.js';
import { API } from '../session/server.js';
import { Spaces } from '../spaces/spaces.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { ShowMore } from '../ui/show-more.js';
import { localTime } from '../ui/time-span.js';
import { keepFresh } from './keep-fresh.js';
import { TransfersNav } from './transfers-nav.js';
import { UploadLines } from './upload-lines.js';
import { UploadPages } from './upload-pages.js';
import { moves, needsAttention } from './upload-status.js';
import { UploadWork } from './upload-work.js';

/** One's own uploads that are not files: those that wait for somebody first, then those that move, then those that ended. */
@Component({
  selector: 'stow-own-transfers-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, Icon, ShowMore, TransfersNav, UploadLines, Words],
  providers: [UploadWork],
  templateUrl: './own-transfers-page.html',
  styleUrl: './transfers-page.scss',
})
export class OwnTransfersPage {
  private readonly api = inject(API);
  private readonly connection = inject(Connection);
  private readonly spaces = inject(Spaces).list;
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');
  protected readonly work = inject(UploadWork);

  private readonly unfinished = new UploadPages(this.api, () => ({ states: ['receiving', 'completing'] }));
  private readonly over = new UploadPages(this.api, () => ({ states: ['failed', 'expired', 'cancelled'] }));
  protected readonly list = this.unfinished.list;
  protected readonly ended = this.over.list;
  protected readonly attention = computed(() => this.list.items().filter(needsAttention));
  protected readonly moving = computed(() => this.list.items().filter((upload) => !needsAttention(upload)));
  protected readonly problem = computed(() => this.list.problem() ?? this.ended.problem());
  protected readonly isRead = computed(() => this.list.loadedAt() !== null && this.ended.loadedAt() !== null);
  protected readonly isEmpty = computed(() => this.list.items().length === 0 && this.ended.items().length === 0);
  protected readonly asOf = computed(() => {
    const loadedAt = this.list.loadedAt();
    if (this.connection.state() === 'online' || loadedAt === null) return '';
    return say('transfers.list.asOf', { time: localTime(loadedAt) });
  });

  constructor() {
    inject(Identity);
    keepFresh(
      () => this.refresh(),
      () => this.list.items().some(moves),
    );
  }

  protected async refresh(): Promise<void> {
    await Promise.all([this.list.refresh(), this.ended.refresh(), this.spaces.refresh()]);
  }

  protected async keep(upload: UploadSummary): Promise<void> {
    await this.work.keepLonger(upload, () => this.refresh());
  }

  protected async remove(upload: UploadSummary): Promise<void> {
    await this.work.remove(upload, async () => {
      await this.refresh();
      // Its button may be gone with the row.
      if (!this.list.items().some(({ id }) => id === upload.id)) this.title().nativeElement.focus();
    });
  }
}
