import { DOCUMENT, Injectable, Injector, afterNextRender, inject } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';

/** Moves the focus to the heading of a page that is shown in the place of another, where readers go on. */
@Injectable({ providedIn: 'root' })
export class PageFocus {
  constructor() {
    const document = inject(DOCUMENT);
    const injector = inject(Injector);
    let pages = 0;
    inject(Router).events.subscribe((event) => {
      if (!(event instanceof NavigationEnd) || ++pages === 1) return;
      afterNextRender(() => document.querySelector<HTMLElement>('main h2[tabindex="-1"]')?.focus(), { injector });
    });
  }
}
