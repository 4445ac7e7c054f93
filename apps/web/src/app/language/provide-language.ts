import { type EnvironmentProviders, inject, makeEnvironmentProviders, provideAppInitializer } from '@angular/core';
import { provideTransloco, provideTranslocoTranspiler } from '@jsverse/transloco';
import { Language } from './language.js';
import { FALLBACK, LANGUAGES } from './languages.js';
import { SentenceMaker } from './sentence-maker.js';
import { WordFiles } from './word-files.js';

/** Transloco with our words: what {@link say} asks. */
export function provideWords(): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideTransloco({
      config: {
        availableLangs: Object.keys(LANGUAGES),
        defaultLang: FALLBACK,
        reRenderOnLangChange: true,
        failedRetries: 0,
        flatten: { aot: true },
      },
      loader: WordFiles,
    }),
    provideTranslocoTranspiler(SentenceMaker),
  ]);
}

/** The page speaks a language before it shows anything. */
export function provideLanguage(): EnvironmentProviders {
  return makeEnvironmentProviders([provideWords(), provideAppInitializer(() => inject(Language).begin())]);
}
