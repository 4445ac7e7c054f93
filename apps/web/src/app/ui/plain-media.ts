import { DOCUMENT, Injectable, inject } from '@angular/core';
import type { MediaMatcher } from '@angular/cdk/layout';

/**
 * Answers media queries of Angular Material by asking the browser and no more. Its own matcher also puts a `<style>` into
 * the page, for browsers of long ago, which the page's content security policy forbids.
 */
@Injectable({ providedIn: 'root' })
export class PlainMedia implements Pick<MediaMatcher, 'matchMedia'> {
  private readonly window = inject(DOCUMENT).defaultView;

  matchMedia(query: string): MediaQueryList {
    if (this.window === null) throw new Error('There is no window to ask.');
    return this.window.matchMedia(query);
  }
}
