import { translate } from '@jsverse/transloco';
import type { Key, Values } from './keys.js';
import { language } from './spoken.js';

/**
 * A sentence in the language that the page speaks. What is made of it in a `computed` or a template follows when another
 * language is chosen.
 * @param values for the places of the sentence; they are put in as they are
 */
export function say<K extends Key>(key: K, ...values: Values<K>): string {
  return translate(key, { ...values[0] }, language());
}
