import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** A run of bytes; `end` is exclusive. */
interface Gap {
  readonly start: number;
  readonly end: number;
}

/** More gaps than this cannot be told apart: they are shown as cells that are the fainter the more is missing. */
const MOST_GAPS = 100;
const CELLS = 100;

/** A stretch that is missing, all or in part. */
interface Stretch {
  /** Percent of the whole; null for one that reaches the end: a small one must not lie beyond it. */
  readonly left: number | null;
  readonly width: number;
  /** Share that is missing, from 0 to 1. */
  readonly missing: number;
}

/** A map of a file in two tones: what is there is solid, what is missing is left open. Its label says the same in words. */
@Component({
  selector: 'stow-held-map',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'img', '[attr.aria-label]': 'label()' },
  template: `@for (stretch of stretches(); track $index) {
    <span
      [style.left.%]="stretch.left"
      [style.right.px]="stretch.left === null ? -1 : null"
      [style.width.%]="stretch.width"
      [style.opacity]="stretch.missing"
    ></span>
  }`,
  styleUrl: './held-map.scss',
})
export class HeldMap {
  /** What it shows, in words. */
  readonly label = input.required<string>();
  /** Bytes of the whole. */
  readonly length = input.required<number>();
  /** What is missing, in order. */
  readonly missing = input.required<readonly Gap[]>();

  protected readonly stretches = computed<readonly Stretch[]>(() => {
    const [gaps, length] = [this.missing(), this.length()];
    if (length === 0) return [{ left: 0, width: 100, missing: 1 }];
    const percent = (bytes: number): number => (bytes / length) * 100;
    if (gaps.length > MOST_GAPS) return cells(gaps, length);
    return gaps.map(({ start, end }) => ({
      left: end === length ? null : percent(start),
      width: percent(end - start),
      missing: 1,
    }));
  });
}

function cells(gaps: readonly Gap[], length: number): Stretch[] {
  const size = length / CELLS;
  const lacking = new Array<number>(CELLS).fill(0);
  for (const { start, end } of gaps) {
    for (let cell = Math.floor(start / size); cell < CELLS && cell * size < end; cell++) {
      const overlap = Math.min(end, (cell + 1) * size) - Math.max(start, cell * size);
      lacking[cell] = (lacking[cell] ?? 0) + Math.max(0, overlap);
    }
  }
  return lacking.map((bytes, cell) => ({ left: cell, width: 100 / CELLS, missing: Math.min(1, bytes / size) }));
}
