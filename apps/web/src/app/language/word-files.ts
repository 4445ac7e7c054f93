import { Injectable } from '@angular/core';
import type { Translation, TranslocoLoader } from '@jsverse/transloco';
import { flatWords } from './flat-words.js';
import type { Tree } from './keys.js';
import { isLanguage, type LanguageCode } from './languages.js';

// Chunks of their own: only the language that is spoken is fetched.
const FILES: Readonly<Record<LanguageCode, () => Promise<Tree>>> = {
  en: () => import('./en/en.js').then(({ en }) => en),
  de: () => import('./de/de.js').then(({ de }) => de),
};

/** Fetches the words of a language. */
@Injectable({ providedIn: 'root' })
export class WordFiles implements TranslocoLoader {
  async getTranslation(code: string): Promise<Translation> {
    if (!isLanguage(code)) throw new Error(`no language ${code}`);
    return flatWords(await FILES[code]());
  }
}
