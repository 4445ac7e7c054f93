import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, input, output } from '@angular/core';
import { type Transfer, type TransferSnapshot, isUnsettled, needsNewUpload } from '@stowage/client';
import { Words } from '../language/words.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { Spaces } from '../spaces/spaces.js';
import { exactBytes } from '../ui/byte-size.js';
import { Icon } from '../ui/icon.js';
import { spelledName } from '../ui/name-parts.js';
import { explain, titleOf } from '../ui/problem-words.js';
import { TwoToneProgress } from '../ui/two-tone-progress.js';
import { VisibleName } from '../ui/visible-name.js';
import { figuresOf, lookOf, progressWords } from './transfer-words.js';

/** One file on its way. */
@Component({
  // The row has to be an item of its list.
  selector: 'li[stowTransferRow]',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, TwoToneProgress, VisibleName, Words],
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
  readonly startOver = output();

  private readonly current = inject(CurrentSpace);
  private readonly spaces = inject(Spaces);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected readonly look = computed(() => lookOf(this.snapshot().state));
  protected readonly figures = computed(() => figuresOf(this.snapshot()));
  protected readonly words = computed(() => progressWords(this.snapshot()));
  protected readonly bytes = computed(() => exactBytes(this.snapshot().length));
  protected readonly label = computed(() => spelledName(this.transfer().name));
  /** The space that it goes into, when another one is looked at. */
  protected readonly elsewhere = computed(() => {
    const { space } = this.transfer();
    return space === null || space === (this.current.id() ?? space) ? '' : this.spaces.nameOf(space);
  });
  protected readonly moving = computed(() =>
    ['checking', 'sending', 'waiting', 'completing'].includes(this.snapshot().state),
  );
  protected readonly failed = computed(() => this.snapshot().state === 'failed');
  /** True when the file is not the rest of the upload that it was to continue. */
  protected readonly another = computed(() => {
    const { problem } = this.snapshot();
    return this.failed() && this.transfer().continues && problem !== null && needsNewUpload(problem);
  });
  /** What is there but not compared yet is shown as what is on its way. */
  protected readonly progress = computed(() => {
    const { state, acknowledged, inFlight, checked } = this.snapshot();
    return state === 'checking'
      ? { solid: checked ?? 0, hatched: acknowledged - (checked ?? 0) }
      : { solid: acknowledged, hatched: inFlight };
  });
  protected readonly cancellable = computed(() => isUnsettled(this.snapshot().state) || this.failed());
  protected readonly problemTitle = computed(() => {
    const { problem } = this.snapshot();
    return problem === null ? '' : titleOf(problem);
  });
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
