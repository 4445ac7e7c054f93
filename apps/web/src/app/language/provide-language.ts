import {
  type EnvironmentProviders,
  type Type,
  inject,
  makeEnvironmentProviders,
  provideAppInitializer,
} from '@angular/core';
import { type TranslocoLoader, provideTransloco, provideTranslocoTranspiler } from '@jsverse/transloco';
import { Language } from './language.js';
import { FALLBACK, LANGUAGES } from './languages.js';
import { SentenceMaker } from './sentence-maker.js';
import { WordFiles } from './word-files.js';

/**
 * Transloco with our words: what {@link say} asks.
 * @param loader which of them
 */
export function provideWords(loader: Type<TranslocoLoader> = WordFiles): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideTransloco({
      config: {
        availableLangs: Object.keys(LANGUAGES),
        defaultLang: FALLBACK,
        reRenderOnLangChange: true,
        failedRetries: 0,
        flatten: { aot: true },
      },
      loader,
    }),
    provideTranslocoTranspiler(SentenceMaker),
  ]);
}

/** The page speaks a language before it shows anything. */
export function provideLanguage(loader?: Type<TranslocoLoader>): EnvironmentProviders {
  return makeEnvironmentProviders([provideWords(loader), provideAppInitializer(() => inject(Language).begin())]);
}
