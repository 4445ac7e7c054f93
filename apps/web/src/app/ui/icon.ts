import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

// Lines on a grid of 20 by 20.
const PATHS = {
  alert: 'M10 6.5v4.5M10 13.6v.1M10 2.8l7.6 13.4H2.4z',
  archive: 'M3.5 4.5h13v3.2h-13zM4.6 7.7v8h10.8v-8M8.2 10.6h3.6',
  arrowDown: 'M10 4.5v11M5.8 11.4L10 15.6l4.2-4.2',
  arrowUp: 'M10 15.5v-11M5.8 8.6L10 4.4l4.2 4.2',
  audio:
    'M8 15V5.2l8-1.6v9.8M8 15a2.2 2.2 0 1 1-4.4 0A2.2 2.2 0 0 1 8 15zM16 13.4a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0z',
  check: 'M4.5 10.5l3.7 3.7 7.3-8',
  chevron: 'M8 5.5l4.5 4.5L8 14.5',
  clock: 'M10 5.8V10l2.8 1.8M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z',
  close: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  copy: 'M7.5 7.5h8.8v8.8H7.5zM12.5 7.5V3.7H3.7v8.8h3.8',
  download: 'M10 3.5v9M6.2 9l3.8 3.7L13.8 9M4 16.3h12',
  edit: 'M4 16l.8-3.4 8.6-8.6 2.6 2.6-8.6 8.6zM11.6 5.8l2.6 2.6',
  file: 'M11.5 3H6a1.2 1.2 0 0 0-1.2 1.2v11.6A1.2 1.2 0 0 0 6 17h8a1.2 1.2 0 0 0 1.2-1.2V6.7zM11.5 3v3.7h3.7',
  film: 'M3.5 5h13v10h-13zM7 5v10M13 5v10M3.5 8.3H7M3.5 11.7H7M13 8.3h3.5M13 11.7h3.5',
  folder:
    'M3 6a1.2 1.2 0 0 1 1.2-1.2h3.3l1.8 2h6.5A1.2 1.2 0 0 1 17 8v6.8a1.2 1.2 0 0 1-1.2 1.2H4.2A1.2 1.2 0 0 1 3 14.8z',
  folderAdd:
    'M3 6a1.2 1.2 0 0 1 1.2-1.2h3.3l1.8 2h6.5A1.2 1.2 0 0 1 17 8v6.8a1.2 1.2 0 0 1-1.2 1.2H4.2A1.2 1.2 0 0 1 3 14.8zM10 9v4.6M7.7 11.3h4.6',
  grid: 'M4 4h5v5H4zM11 4h5v5h-5zM4 11h5v5H4zM11 11h5v5h-5z',
  help: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM8 8.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M10 13.6v.1',
  inbox: 'M3.5 11.5l2.2-7h8.6l2.2 7v4h-13zM3.5 11.5h3.8a2.7 2.7 0 0 0 5.4 0h3.8',
  image: 'M3.5 4.5h13v11h-13zM3.8 14l3.7-4 3 3 2-2 3.7 3.6M12.7 8.2v.1',
  info: 'M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM10 9.4v4M10 6.6v.1',
  link: 'M8.4 11.6a3 3 0 0 0 4.3 0l2.9-2.9a3 3 0 0 0-4.3-4.3L10 5.7M11.6 8.4a3 3 0 0 0-4.3 0l-2.9 2.9a3 3 0 0 0 4.3 4.3l1.3-1.3',
  list: 'M7.5 5.5h9M7.5 10h9M7.5 14.5h9M3.8 5.5h.1M3.8 10h.1M3.8 14.5h.1',
  lock: 'M5 9h10v7.2H5zM7 9V6.6a3 3 0 0 1 6 0V9M10 11.8v1.8',
  minus: 'M5.5 10h9',
  more: 'M5 9.4v1.2M4.4 10h1.2M10 9.4v1.2M9.4 10h1.2M15 9.4v1.2M14.4 10h1.2',
  move: 'M3 6a1.2 1.2 0 0 1 1.2-1.2h3.3l1.8 2h6.5A1.2 1.2 0 0 1 17 8v6.8a1.2 1.2 0 0 1-1.2 1.2H4.2A1.2 1.2 0 0 1 3 14.8zM7 11.4h5.6M10.6 9.2l2.2 2.2-2.2 2.2',
  refresh: 'M16.2 8A6.6 6.6 0 0 0 4 7.2M3.6 3.8v3.6h3.6M3.8 12A6.6 6.6 0 0 0 16 12.8M16.4 16.2v-3.6h-3.6',
  restore: 'M4 10a6.2 6.2 0 1 0 2-4.6M3.8 3.6v3.2H7M10 6.8V10l2.2 1.6',
  text: 'M11.5 3H6a1.2 1.2 0 0 0-1.2 1.2v11.6A1.2 1.2 0 0 0 6 17h8a1.2 1.2 0 0 0 1.2-1.2V6.7zM11.5 3v3.7h3.7M7.4 10h5.2M7.4 13h5.2',
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
