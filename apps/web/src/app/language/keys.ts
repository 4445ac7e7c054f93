import type { en } from './en/en.js';

/** What a number makes of a sentence, by the categories of `Intl.PluralRules` that English and German have. */
export interface Plural {
  readonly one: string;
  readonly other: string;
}

/** Words as one language has them: sentences, and sentences that go by a number. */
export interface Tree {
  readonly [name: string]: string | Plural | Tree;
}

/** The same words in another language: each under its name, and nothing else. */
export type InOwnWords<T> = { readonly [K in keyof T]: T[K] extends string ? string : InOwnWords<T[K]> };

type Paths<T> = {
  [K in keyof T & string]: T[K] extends string | Plural ? K : `${K}.${Paths<T[K]>}`;
}[keyof T & string];

type At<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof T
    ? At<T[K], Rest>
    : never
  : P extends keyof T
    ? T[P]
    : never;

type Places<S> = S extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Places<Rest> : never;

type PlacesOf<T> = T extends string ? Places<T> : T extends Plural ? 'count' | Places<T['one'] | T['other']> : never;

/** The name of a sentence: `<folder>.<component>.<what>`. */
export type Key = Paths<typeof en>;

/** What a sentence has places for. Numbers are written as its language does; `count` decides between one and more. */
export type PlacesIn<K extends Key> = PlacesOf<At<typeof en, K>>;

/** A sentence without places needs nothing, another one everything that it has places for. */
export type Values<K extends Key> = [PlacesIn<K>] extends [never]
  ? []
  : [{ readonly [P in PlacesIn<K>]: P extends 'count' ? number : string | number }];
