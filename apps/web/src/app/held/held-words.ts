import { Injectable } from '@angular/core';
import type { Translation, TranslocoLoader } from '@jsverse/transloco';
import { flatWords } from '../language/flat-words.js';
import type { Tree } from '../language/keys.js';
import { type LanguageCode, isLanguage } from '../language/languages.js';

// Only the words that these pages have, so that whoever opens a link fetches little.
const FILES: Readonly<Record<LanguageCode, () => Promise<Tree>>> = {
  en: () => import('../language/en/held-pages.js').then(({ heldPages }) => heldPages),
  de: () => import('../language/de/held-pages.js').then(({ heldPages }) => heldPages),
};

/** Fetches the words of the pages of links. */
@Injectable({ providedIn: 'root' })
export class HeldWords implements TranslocoLoader {
  async getTranslation(code: string): Promise<Translation> {
    if (!isLanguage(code)) throw new Error(`no language ${code}`);
    return flatWords(await FILES[code]());
  }
}
