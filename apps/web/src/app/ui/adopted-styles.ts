import { DOCUMENT, Injectable, inject } from '@angular/core';
import { type ɵSharedStylesHost } from '@angular/platform-browser';

/** What Angular's renderer asks of the keeper of component styles. */
type StylesHost = Pick<ɵSharedStylesHost, 'addStyles' | 'removeStyles' | 'addHost' | 'removeHost'>;

/**
 * Keeps component styles in constructed style sheets instead of `<style>` elements, so that the page's content security
 * policy can forbid inline styles: those of a library's components as well, which cannot be moved to a file.
 */
@Injectable()
export class AdoptedStyles implements StylesHost {
  private readonly document = inject(DOCUMENT);
  private readonly sheets = new Map<string, CSSStyleSheet>();

  addStyles(styles: string[]): void {
    for (const css of styles) {
      if (this.sheets.has(css)) continue;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      this.sheets.set(css, sheet);
      this.document.adoptedStyleSheets.push(sheet);
    }
  }

  // Components of this page come back all the time; a sheet that no element matches costs nothing.
  removeStyles(): void {
    return;
  }

  // Shadow roots, which this page has none of.
  addHost(): void {
    return;
  }

  removeHost(): void {
    return;
  }
}
