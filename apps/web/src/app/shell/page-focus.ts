import { DOCUMENT, Injectable, Injector, afterNextRender, inject } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';

/** Where a page begins for readers: what says so, else the first heading that can have the focus. */
const HEADINGS = ['main .page-heading', 'main h2[tabindex="-1"]'] as const;

/** Moves the focus to the heading of a page that is shown in the place of another, where readers go on. */
@Injectable({ providedIn: 'root' })
export class PageFocus {
  constructor() {
    const document = inject(DOCUMENT);
    const injector = inject(Injector);
    let page: string | null = null;
    inject(Router).events.subscribe((event) => {
      if (!(event instanceof NavigationEnd)) return;
      const before = page;
      page = event.urlAfterRedirects.replace(/[?#].*/u, '');
      // Another order of the same list is no other page.
      if (before === null || before === page) return;
      const heading = (): HTMLElement | undefined =>
        HEADINGS.map((selector) => document.querySelector<HTMLElement>(selector)).find((found) => found !== null) ??
        undefined;
      afterNextRender(() => heading()?.focus(), { injector });
    });
  }
}
