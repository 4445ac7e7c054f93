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
import type { UploadSummary } from '@stowage/contract';
import { Announcer } from '../shell/announcer.js';
import { UPLOADS } from '../session/server.js';
import { byteSize, bytesOf } from '../ui/byte-size.js';
import { Confirmation } from '../ui/confirmation.js';
import { ErrorCard } from '../ui/error-card.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { ago, localDateTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { Transfers } from './transfers.js';
import { UnfinishedUploads } from './unfinished-uploads.js';
import { reasonOf } from './unfinished-words.js';

/** What the server holds in part and this page is not sending. */
@Component({
  selector: 'stow-unfinished-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, Icon, VisibleName],
  templateUrl: './unfinished-panel.html',
  styleUrl: './unfinished-panel.scss',
})
export class UnfinishedPanel {
  private readonly store = inject(UnfinishedUploads);
  private readonly queue = inject(UPLOADS);
  private readonly transfers = inject(Transfers);
  private readonly confirmation = inject(Confirmation);
  private readonly announcer = inject(Announcer);
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');

  protected readonly list = this.store.list;
  protected readonly rows = computed(() => {
    this.transfers.totals();
    const now = new Date();
    return this.list
      .items()
      .filter(({ id }) => !this.queue.isOwn(id))
      .map((upload) => ({
        upload,
        figures: figuresOf(upload),
        reason: reasonOf(upload),
        age: ageOf(upload, now),
        since: localDateTime(upload.createdAt),
        label: spelledName(upload.name),
      }));
  });
  protected readonly removal = signal<ProblemError | null>(null);

  protected refresh(): void {
    this.removal.set(null);
    void this.list.refresh();
  }

  protected async remove(upload: UploadSummary): Promise<void> {
    const yes = await this.confirmation.ask({
      title: 'Remove this unfinished upload?',
      name: upload.name,
      consequence: `${byteSize(upload.received)} of it are on the server and will be deleted.`,
      action: 'Remove',
    });
    if (!yes) return;
    try {
      await this.store.remove(upload.id);
      this.removal.set(null);
      this.announcer.say(`${spelledName(upload.name)} removed.`);
      this.title().nativeElement.focus();
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code !== 'upload-not-found') this.removal.set(problem);
      await this.list.refresh();
    }
  }
}

function figuresOf({ length, received }: UploadSummary): string {
  return length === null ? byteSize(received) : bytesOf(received, length);
}

function ageOf({ createdAt, updatedAt }: UploadSummary, now: Date): string {
  const started = ago(new Date(createdAt), now);
  const last = ago(new Date(updatedAt), now);
  return started === last ? `Started ${started}.` : `Started ${started}, last byte ${last}.`;
}
