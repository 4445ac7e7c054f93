import { Injectable } from '@angular/core';
import type { TranslocoTranspiler } from '@jsverse/transloco';
import type { Plural } from './keys.js';
import { formFor, inDigits } from './spoken.js';

type Values = Readonly<Record<string, string | number>>;

/**
 * Puts values into sentences, and chooses the one that fits a number. A value is put in as it is: transloco's own
 * transpiler looks for places in what it has put in, so that a file named `{{ name }}` would never be done.
 */
@Injectable()
export class SentenceMaker implements TranslocoTranspiler {
  transpile({ value, params = {} }: { readonly value: unknown; readonly params?: Record<string, unknown> }): unknown {
    const values = params as Values;
    if (typeof value === 'string') return filled(value, values);
    return isPlural(value) ? filled(value[formFor(Number(values['count']))], values) : value;
  }
}

function filled(sentence: string, values: Values): string {
  return sentence.replace(/\{\{(\w+)\}\}/gu, (place, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return typeof value === 'number' ? inDigits(value) : (value ?? place);
  });
}

function isPlural(value: unknown): value is Plural {
  return typeof value === 'object' && value !== null && 'one' in value && 'other' in value;
}
