import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute, RouterLink } from '@angular/router';
import { type ProblemError, toProblem } from '@stowage/client';
import type { UploadStatus } from '@stowage/contract';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { Connection } from '../session/connection.js';
import { Identity } from '../session/identity.js';
import { API } from '../session/server.js';
import { UPLOADS } from '../session/uploads.js';
import { Announcer } from '../shell/announcer.js';
import { Spaces } from '../spaces/spaces.js';
import { byteSize, exactBytes } from '../ui/byte-size.js';
import { ErrorCard } from '../ui/error-card.js';
import { HeldMap } from '../ui/held-map.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { localDateTime, localTime } from '../ui/time-span.js';
import { VisibleName } from '../ui/visible-name.js';
import { TransferPanel } from '../upload/transfer-panel.js';
import { Transfers } from '../upload/transfers.js';
import { hereWords } from '../upload/unfinished-words.js';
import { keepFresh } from './keep-fresh.js';
import { MissingTable } from './missing-table.js';
import { moves, statusOf } from './upload-status.js';
import { UploadWork } from './upload-work.js';

/** One upload: what of it is here, why it stands still, and what can be done. */
@Component({
  selector: 'stow-upload-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ErrorCard, HeldMap, Icon, MissingTable, RouterLink, TransferPanel, VisibleName, Words],
  providers: [UploadWork],
  templateUrl: './upload-page.html',
  styleUrl: './upload-page.scss',
})
export class UploadPage {
  private readonly api = inject(API);
  private readonly announcer = inject(Announcer);
  private readonly connection = inject(Connection);
  private readonly queue = inject(UPLOADS);
  private readonly spaces = inject(Spaces);
  private readonly transfers = inject(Transfers);
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');
  private readonly id = signal('');
  private readonly readAt = signal<Date | null>(null);
  protected readonly work = inject(UploadWork);
  protected readonly status = signal<UploadStatus | null>(null);
  protected readonly problem = signal<ProblemError | null>(null);

  protected readonly isGone = computed(() => this.problem()?.code === 'upload-not-found');
  protected readonly upload = computed(() => (this.isGone() ? null : (this.status()?.upload ?? null)));
  protected readonly sends = computed(() => this.transfers.size() > 0);
  protected readonly label = computed(() => spelledName(this.upload()?.name ?? ''));
  protected readonly reason = computed(() => {
    const upload = this.upload();
    return upload === null ? '' : statusOf(upload);
  });
  protected readonly receiving = computed(() => this.upload()?.state === 'receiving');
  protected readonly isUnfinished = computed(() => this.receiving() || this.upload()?.state === 'completing');
  /** Nobody is sending it: the one who has the file can go on. */
  protected readonly waits = computed(() => {
    this.transfers.totals();
    const upload = this.upload();
    if (upload === null || !this.receiving() || upload.active || this.queue.isOwn(upload.id)) return false;
    return upload.reason === undefined;
  });
  protected readonly nameTaken = computed(() => this.receiving() && this.upload()?.reason === 'name-taken');
  protected readonly notPermitted = computed(() => this.receiving() && this.upload()?.reason === 'not-permitted');
  protected readonly map = computed(() => {
    const status = this.status();
    if (status === null || !this.isUnfinished()) return null;
    const { upload, missing, missingTruncated } = status;
    const label = hereWords(upload, { missing, truncated: missingTruncated });
    return { label, length: upload.length ?? upload.received, missing, truncated: missingTruncated };
  });
  protected readonly facts = computed(() => {
    const upload = this.upload();
    if (upload === null) return [];
    const { length, received, missing, chunkSize, owner, expiresAt } = upload;
    const unknown = say('transfers.upload.unknown');
    const sized = (bytes: number): string => `${byteSize(bytes)} (${exactBytes(bytes)})`;
    return [
      [say('transfers.upload.owner'), owner?.name ?? say('transfers.upload.nobody')],
      [say('transfers.upload.space'), this.spaces.nameOf(upload.space)],
      [say('transfers.upload.folder'), upload.path === '' ? say('transfers.upload.root') : upload.path],
      [say('transfers.upload.length'), length === null ? unknown : sized(length)],
      [say('transfers.upload.received'), sized(received)],
      ...(this.receiving() ? [[say('transfers.upload.lacks'), missing === null ? unknown : sized(missing)]] : []),
      ...(chunkSize === null ? [] : [[say('transfers.upload.chunk'), sized(chunkSize)]]),
      [say('transfers.upload.started'), localDateTime(upload.createdAt)],
      [say('transfers.upload.lastByte'), localDateTime(upload.updatedAt)],
      ...(expiresAt === null ? [] : [[say('transfers.upload.expires'), localDateTime(expiresAt)]]),
    ].map(([term = '', words = '']) => ({ term, words }));
  });
  protected readonly asOf = computed(() => {
    const readAt = this.readAt();
    if (this.connection.state() === 'online' || readAt === null) return '';
    return say('transfers.list.asOf', { time: localTime(readAt) });
  });

  constructor() {
    inject(Identity);
    inject(ActivatedRoute)
      .paramMap.pipe(takeUntilDestroyed())
      .subscribe((parameters) => {
        this.id.set(parameters.get('upload') ?? '');
        this.status.set(null);
        this.problem.set(null);
        void this.refresh();
      });
    keepFresh(
      () => this.refresh(),
      () => {
        const upload = this.upload();
        return upload !== null && (moves(upload) || (this.receiving() && this.queue.isOwn(upload.id)));
      },
    );
  }

  protected async refresh(): Promise<void> {
    const id = this.id();
    void this.spaces.list.refresh();
    try {
      const status = await this.api.uploadStatus(id);
      if (id !== this.id()) return;
      this.status.set(status);
      this.readAt.set(new Date());
      this.problem.set(null);
    } catch (error) {
      if (id === this.id()) this.problem.set(toProblem(error));
    }
  }

  protected continue(input: HTMLInputElement): void {
    const [file, upload] = [input.files?.[0], this.upload()];
    input.value = '';
    if (file === undefined || upload === null) return;
    this.transfers.continue(upload, file);
    this.announcer.say(say('upload.unfinishedPanel.continuing', { name: spelledName(upload.name) }));
    this.title().nativeElement.focus();
    void this.refresh();
  }

  protected async keep(): Promise<void> {
    const upload = this.upload();
    if (upload !== null) await this.work.keepLonger(upload, () => this.refresh());
  }

  protected async save(conflict: 'rename' | undefined): Promise<void> {
    const upload = this.upload();
    if (upload !== null) await this.work.save(upload, conflict, () => this.done());
  }

  protected async remove(): Promise<void> {
    const upload = this.upload();
    if (upload !== null) await this.work.remove(upload, () => this.done());
  }

  // The button that had the focus may be gone.
  private async done(): Promise<void> {
    await this.refresh();
    this.title().nativeElement.focus();
  }
}
