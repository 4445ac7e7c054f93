import { createEnvironmentInjector, type EnvironmentInjector, Injector } from '@angular/core';
import { TranslocoService } from '@jsverse/transloco';
import { de } from '../src/app/language/de/de.js';
import { en } from '../src/app/language/en/en.js';
import { flatWords } from '../src/app/language/flat-words.js';
import { provideWords } from '../src/app/language/provide-language.js';
import { WordFiles } from '../src/app/language/word-files.js';

const injector = createEnvironmentInjector(
  [provideWords(), WordFiles, TranslocoService],
  Injector.NULL as EnvironmentInjector,
);

/** The words of all languages, without waiting: one keeper for all tests of a file. */
export const transloco = injector.get(TranslocoService);
transloco.setTranslation(flatWords(en), 'en');
transloco.setTranslation(flatWords(de), 'de');
