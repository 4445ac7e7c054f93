import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

// Lines on a grid of 20 by 20.
const PATHS = {
  alert: 'M10 6.5v4.5M10 13.6v.1M10 2.8l7.6 13.4H2.4z',
  check: 'M4.5 10.5l3.7 3.7 7.3-8',
  clock: 'M10 5.8V10l2.8 1.8M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  download: 'M10 3.5v9M6.2 9l3.8 3.7L13.8 9M4 16.3h12',
  file: 'M11.5 3H6a1.2 1.2 0 0 0-1.2 1.2v11.6A1.2 1.2 0 0 0 6 17h8a1.2 1.2 0 0 0 1.2-1.2V6.7zM11.5 3v3.7h3.7',
  folder:
    'M3 6a1.2 1.2 0 0 1 1.2-1.2h3.3l1.8 2h6.5A1.2 1.2 0 0 1 17 8v6.8a1.2 1.2 0 0 1-1.2 1.2H4.2A1.2 1.2 0 0 1 3 14.8z',
  minus: 'M5.5 10h9',
  refresh: 'M16.2 8A6.6 6.6 0 0 0 4 7.2M3.6 3.8v3.6h3.6M3.8 12A6.6 6.6 0 0 0 16 12.8M16.4 16.2v-3.6h-3.6',
  trash:
    'M4 5.8h12M8 5.5V4.2A.9.9 0 0 1 8.9 3.3h2.2a.9.9 0 0 1 .9.9v1.3M5.6 6l.7 9.6a1.1 1.1 0 0 0 1.1 1h5.2a1.1 1.1 0 0 0 1.1-1l.7-9.6M8.6 9v4.6M11.4 9v4.6',
  upload: 'M10 12.8V4M6.2 7.5L10 3.7l3.8 3.8M4 12.8v2.4a1.2 1.2 0 0 0 1.2 1.2h9.6a1.2 1.2 0 0 0 1.2-1.2v-2.4',
} as const;

/** Name of a picture. */
export type IconName = keyof typeof PATHS;

/** A small picture beside words; it never stands for them, so assistive technology does not see it. */
@Component({
  selector: 'stow-icon',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path [attr.d]="path()" /></svg>`,
  styleUrl: './icon.scss',
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => PATHS[this.name()]);
}
