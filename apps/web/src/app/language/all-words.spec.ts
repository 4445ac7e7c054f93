import { describe, expect, it } from '@jest/globals';
import { pageSources, pageTemplates } from '../../../test/page-sources.js';
import { spokenText } from '../../../test/spoken-text.js';
import { de } from './de/de.js';
import { en } from './en/en.js';
import { type FlatWords, flatWords } from './flat-words.js';

const english = flatWords(en);
const german = flatWords(de);

/** What is the same in all languages: our name, and what machines are to be told. */
const SAME = new Set(['Stowage', 'SHA-256']);

describe('the words of both languages', () => {
  it('have the same names', () => {
    expect(Object.keys(german).sort()).toEqual(Object.keys(english).sort());
  });

  it('have the same places for values', () => {
    expect(placesOf(german)).toEqual(placesOf(english));
  });

  it.each([
    ['English', english],
    ['German', german],
  ])('in %s say something, without blanks around it', (_, words) => {
    const poor = Object.entries(words).filter(([, value]) =>
      sentencesOf(value).some((text) => text.trim() !== text || text === ''),
    );
    expect(poor).toEqual([]);
  });
});

describe('the page', () => {
  it('says nothing in words that are written in a template', () => {
    const isWord = (value: string): boolean => Object.hasOwn(english, value) || SAME.has(value.trim());
    expect(pageTemplates().flatMap((template) => spokenText(template, isWord))).toEqual([]);
  });

  it('says nothing in words that are written in its code', () => {
    const said =
      /(?:announcer\.say\(|\btitle: |\bwhat: |\baction: |\bconsequence: |\.setTitle\()\s*['"`](?![\w.-]*['"`])[^'"`]*/gu;
    const found = pageSources()
      .filter(({ file }) => file.endsWith('.ts'))
      .flatMap(({ file, text }) => [...text.matchAll(said)].map(([match]) => `${file}: ${match}`));
    expect(found).toEqual([]);
  });

  it('uses every word that there is', () => {
    const whole = pageSources()
      .map(({ text }) => text)
      .join('\n');
    const made = [...whole.matchAll(/`([\w.-]*(?:\$\{[^}]*\}[\w.-]*)+)`/gu)]
      .map(([, pattern]) => pattern ?? '')
      .filter((pattern) => /^[a-z]+\./u.test(pattern))
      .map(
        (pattern) => new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replace(/\$\{[^}]*\}/gu, '[^.]+')}$`, 'u'),
      );
    const unused = Object.keys(english).filter(
      (key) => !whole.includes(`'${key}'`) && !made.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });
});

function placesOf(words: FlatWords): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(words).map(([key, value]) => [
      key,
      sentencesOf(value)
        .map((text) => places(text).join())
        .sort(),
    ]),
  );
}

function sentencesOf(value: FlatWords[string]): readonly string[] {
  return typeof value === 'string' ? [value] : [value.one, value.other];
}

function places(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\{(\w+)\}\}/gu)].map(([, name]) => name ?? ''))].sort();
}
