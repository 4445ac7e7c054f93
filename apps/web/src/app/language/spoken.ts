import { computed, signal } from '@angular/core';
import { FALLBACK, type LanguageCode, localeOf } from './languages.js';

const spoken = signal<LanguageCode>(FALLBACK);
const wanted = signal<readonly string[]>([]);

/** The language that the page speaks now. It is one for all of the page: words are asked for outside of components too. */
export const language = spoken.asReadonly();

/** In which manner dates and numbers are written; for `Intl`. */
export const locale = computed(() => localeOf(spoken(), wanted()));

/**
 * Lets the page speak a language whose words are there.
 * @param wantedByBrowser what the browser asks for, e.g. `de-AT`
 */
export function speak(code: LanguageCode, wantedByBrowser: readonly string[]): void {
  wanted.set(wantedByBrowser);
  spoken.set(code);
}

const numbers = computed(() => new Intl.NumberFormat(locale()));
const plurals = computed(() => new Intl.PluralRules(language()));

/** A number with its separators. */
export function inDigits(value: number): string {
  return numbers().format(value);
}

/** A number as somebody writes it into a field: as its language does, without separators of thousands. */
export function inPlainDigits(value: number): string {
  return new Intl.NumberFormat(locale(), { useGrouping: false, maximumFractionDigits: 9 }).format(value);
}

/** Whether a sentence about so many is one about one or about more. */
export function formFor(value: number): 'one' | 'other' {
  return plurals().select(value) === 'one' ? 'one' : 'other';
}

/** Several things in a sentence, e.g. `a, b and c`. */
export function listed(things: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(things);
}
