/** The languages of the page, each by its own name. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;

/** A language that the page speaks; ISO 639-1. */
export type LanguageCode = keyof typeof LANGUAGES;

/** What is spoken where somebody has chosen nothing and their browser speaks nothing that the page does. */
export const FALLBACK: LanguageCode = 'en';

/** True for a language that the page speaks. */
export function isLanguage(code: unknown): code is LanguageCode {
  return typeof code === 'string' && Object.hasOwn(LANGUAGES, code);
}

/**
 * The language to begin with.
 * @param chosen what somebody has chosen before, if they have
 * @param wanted what their browser asks for, the dearest first, e.g. `de-AT`
 */
export function firstLanguage(chosen: unknown, wanted: readonly string[]): LanguageCode {
  return isLanguage(chosen) ? chosen : (wanted.map(primary).find(isLanguage) ?? FALLBACK);
}

/** In which manner of a language dates and numbers are written: as its speakers do where the browser is at home. */
export function localeOf(language: LanguageCode, wanted: readonly string[]): string {
  return wanted.find((tag) => primary(tag) === language) ?? language;
}

function primary(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? '';
}
