import { ChangeDetectionStrategy, Component, type ElementRef, computed, inject, viewChild } from '@angular/core';
import { say } from '../language/say.js';
import { Words } from '../language/words.js';
import { byteRate, bytesOf, percent } from '../ui/byte-size.js';
import { Icon } from '../ui/icon.js';
import { timeSpan } from '../ui/time-span.js';
import { TwoToneProgress } from '../ui/two-tone-progress.js';
import { TransferRow } from './transfer-row.js';
import { Transfers } from './transfers.js';
import { UnfinishedUploads } from './unfinished-uploads.js';

/** Everything that this page is sending, has sent or could not send. */
@Component({
  selector: 'stow-transfer-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, TransferRow, TwoToneProgress, Words],
  templateUrl: './transfer-panel.html',
  styleUrl: './transfer-panel.scss',
})
export class TransferPanel {
  protected readonly transfers = inject(Transfers);
  private readonly unfinished = inject(UnfinishedUploads);
  private readonly title = viewChild.required<ElementRef<HTMLElement>>('title');

  protected readonly run = computed(() => this.transfers.totals().run);
  protected readonly active = computed(() => this.transfers.totals().unsettled > 0);
  protected readonly failed = computed(() => this.transfers.totals().byState.failed.files);
  protected readonly finished = computed(() => {
    const { complete, cancelled } = this.transfers.totals().byState;
    return complete.files + cancelled.files;
  });
  protected readonly percent = computed(() => percent(this.run().acknowledged, this.run().length));
  protected readonly summary = computed(() => {
    const { bytesPerSecond, secondsLeft } = this.transfers.totals();
    const { files, filesDone, acknowledged, length } = this.run();
    const parts = [
      say('upload.transferPanel.filesDone', { done: filesDone, count: files }),
      bytesOf(acknowledged, length),
    ];
    if (bytesPerSecond !== null) parts.push(byteRate(bytesPerSecond));
    if (secondsLeft !== null) parts.push(say('upload.figures.left', { time: timeSpan(secondsLeft) }));
    return parts;
  });
  protected readonly progressWords = computed(() =>
    say('upload.transferPanel.progressText', { percent: this.percent(), summary: this.summary().join(', ') }),
  );

  protected async cancel(id: number): Promise<void> {
    await this.transfers.cancel(id);
    await this.unfinished.list.refresh();
  }

  protected async cancelAll(): Promise<void> {
    this.title().nativeElement.focus();
    await this.transfers.cancelAll();
    await this.unfinished.list.refresh();
  }

  protected retryAllFailed(): void {
    this.title().nativeElement.focus();
    this.transfers.retryAllFailed();
  }

  protected clearFinished(): void {
    this.title().nativeElement.focus();
    this.transfers.clearFinished();
  }
}
