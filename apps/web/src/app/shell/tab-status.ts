import { DOCUMENT, DestroyRef, Injectable, computed, effect, inject } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { say } from '../language/say.js';
import { CurrentSpace } from '../spaces/current-space.js';
import { spaceName } from '../spaces/spaces.js';
import { Transfers } from '../upload/transfers.js';
import { percent } from '../ui/byte-size.js';
import { PageTitle } from './page-title.js';

const NAME = 'Stowage';
const RING = 2 * Math.PI * 12;

/** Shows in the browser's tab how far transfers are, and keeps the tab from being closed by mistake. */
@Injectable({ providedIn: 'root' })
export class TabStatus {
  private readonly document = inject(DOCUMENT);
  private readonly title = inject(Title);
  private readonly transfers = inject(Transfers);
  private readonly icon = this.document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  private readonly plainIcon = this.icon?.getAttribute('href') ?? '';

  /** Whole percent; null when nothing is under way. */
  private readonly progress = computed(() => {
    const { unsettled, run } = this.transfers.totals();
    return unsettled === 0 ? null : percent(run.acknowledged, run.length);
  });
  private readonly failed = computed(() => this.transfers.totals().byState.failed.files);

  constructor() {
    const page = inject(PageTitle);
    const current = inject(CurrentSpace);
    const place = computed(() => {
      const space = current.chosen() === null ? null : current.space();
      return page.name() === '' && space !== null ? spaceName(space) : page.name();
    });
    effect(() => this.title.setTitle(titleOf(this.progress(), this.failed(), place())));
    effect(() => {
      const progress = this.progress();
      this.icon?.setAttribute('href', progress === null ? this.plainIcon : ring(progress));
    });
    const guard = (event: BeforeUnloadEvent): void => {
      if (this.progress() !== null || this.transfers.searching()) event.preventDefault();
    };
    this.document.defaultView?.addEventListener('beforeunload', guard);
    inject(DestroyRef).onDestroy(() => this.document.defaultView?.removeEventListener('beforeunload', guard));
  }
}

function titleOf(progress: number | null, failed: number, page: string): string {
  const parts = [
    progress === null ? '' : say('shell.tabStatus.percent', { percent: progress }),
    failed === 0 ? '' : say('shell.tabStatus.failed', { count: failed }),
    page === '' ? NAME : `${page} – ${NAME}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

// A ring that closes, readable at 16 pixels on light and dark tabs.
function ring(progress: number): string {
  const circle = '<circle cx="16" cy="16" r="12" fill="none" stroke-width="6"';
  const done = ((progress / 100) * RING).toFixed(1);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${circle} stroke="#9db4bd"/>` +
    `${circle} stroke="#0b86a8" stroke-dasharray="${done} 99" transform="rotate(-90 16 16)"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
