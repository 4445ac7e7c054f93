import { describe, expect, it } from '@jest/globals';
import { firstLanguage, localeOf } from './languages.js';

describe('the language to begin with', () => {
  it.each([
    ['de', ['en-GB'], 'de'],
    [null, ['de-AT', 'en'], 'de'],
    [null, ['fr', 'DE', 'en'], 'de'],
    [null, ['fr-FR'], 'en'],
    [null, [], 'en'],
    ['klingon', ['de'], 'de'],
    ['toString', [], 'en'],
  ])('where %j was chosen and the browser asks for %j is %s', (chosen, wanted, first) => {
    expect(firstLanguage(chosen, wanted)).toBe(first);
  });

  it('writes dates and numbers as where the browser is at home', () => {
    expect(localeOf('de', ['en-GB', 'de-CH', 'de'])).toBe('de-CH');
    expect(localeOf('en', ['de-CH'])).toBe('en');
  });
});
