import type { Plural, Tree } from './keys.js';

/** All words of a language by their whole names; what goes by a number stays together. */
export type FlatWords = Readonly<Record<string, string | Plural>>;

/** Makes of words in folders the flat list that transloco looks names up in. */
export function flatWords(tree: Tree, above = ''): FlatWords {
  const flat: Record<string, string | Plural> = {};
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'string' || isPlural(value)) flat[above + name] = value;
    else Object.assign(flat, flatWords(value, `${above}${name}.`));
  }
  return flat;
}

function isPlural(value: Tree | Plural): value is Plural {
  return typeof value['one'] === 'string' && typeof value['other'] === 'string' && Object.keys(value).length === 2;
}
