import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, input, output } from '@angular/core';
import { type Transfer, type TransferSnapshot, isUnsettled } from '@stowage/client';
import { exactBytes } from '../ui/byte-size.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { explain } from '../ui/problem-words.js';
import { TwoToneProgress } from '../ui/two-tone-progress.js';
import { VisibleName } from '../ui/visible-name.js';
import { figuresOf, lookOf, progressWords } from './transfer-words.js';

/** One file on its way. */
@Component({
  // The row has to be an item of its list.
  selector: 'li[stowTransferRow]',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, TwoToneProgress, VisibleName],
  host: { '[class]': 'snapshot().state', tabindex: '-1' },
  templateUrl: './transfer-row.html',
  styleUrl: './transfer-row.scss',
})
export class TransferRow {
  readonly transfer = input.required<Transfer>();
  /** Given apart from the transfer, which stays the same object while its snapshot changes. */
  readonly snapshot = input.required<TransferSnapshot>();
  readonly giveUp = output();
  readonly tryAgain = output();

  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected readonly look = computed(() => lookOf(this.snapshot().state));
  protected readonly figures = computed(() => figuresOf(this.snapshot()));
  protected readonly words = computed(() => progressWords(this.snapshot()));
  protected readonly bytes = computed(() => exactBytes(this.snapshot().length));
  protected readonly label = computed(() => spelledName(this.transfer().name));
  protected readonly moving = computed(() => ['sending', 'waiting', 'completing'].includes(this.snapshot().state));
  protected readonly failed = computed(() => this.snapshot().state === 'failed');
  protected readonly cancellable = computed(() => isUnsettled(this.snapshot().state) || this.failed());
  protected readonly explanation = computed(() => {
    const { problem } = this.snapshot();
    return problem === null ? '' : explain(problem, this.failed());
  });

  // The buttons of a row go away with the state they belong to; focus must not go with them.
  protected act(action: { emit(): void }): void {
    this.element.focus({ preventScroll: true });
    action.emit();
  }
}
