import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { percent } from './byte-size.js';

/**
 * How far something is, in two tones: what the server has acknowledged is solid, what has left for it is hatched. Sent is
 * not the same as kept.
 */
@Component({
  selector: 'stow-progress',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'progressbar',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
    '[attr.aria-valuenow]': 'value()',
    '[attr.aria-valuetext]': 'text()',
    '[attr.aria-label]': 'label()',
    '[class.quiet]': 'quiet()',
  },
  template: `<span class="solid" [style.width.%]="solid()"></span
    ><span class="hatched" [style.width.%]="hatched()"></span>`,
  styleUrl: './two-tone-progress.scss',
})
export class TwoToneProgress {
  /** What it is the progress of. */
  readonly label = input.required<string>();
  /** How far it is, in words. */
  readonly text = input.required<string>();
  readonly acknowledged = input.required<number>();
  readonly inFlight = input(0);
  readonly length = input.required<number>();
  /** True while nothing moves. */
  readonly quiet = input(false);

  protected readonly value = computed(() => percent(this.acknowledged(), this.length()));
  protected readonly solid = computed(() => share(this.acknowledged(), this.length()));
  protected readonly hatched = computed(() => share(this.inFlight(), this.length()));
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}
