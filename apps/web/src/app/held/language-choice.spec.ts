import { TestBed } from '@angular/core/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { stage } from '../../../test/page.js';
import { Language } from '../language/language.js';
import { speak } from '../language/spoken.js';
import { LanguageChoice } from './language-choice.js';

function choose(element: Element, code: string): HTMLSelectElement {
  const select = element.querySelector('select');
  if (select === null) throw new Error('There is no choice.');
  select.value = code;
  select.dispatchEvent(new Event('change'));
  return select;
}

afterEach(() => {
  speak('en', []);
  document.documentElement.lang = 'en';
  localStorage.clear();
});

describe('the choice of a language on the pages of links', () => {
  it('turns the page and is kept where the portal keeps it', async () => {
    const { element, fixture } = await stage(LanguageChoice);
    expect(element.querySelector('select')?.getAttribute('aria-label')).toBe('Language');
    expect(Array.from(element.querySelectorAll('option'), ({ text, lang }) => [text.trim(), lang])).toEqual([
      ...[
        ['English', 'en'],
        ['Deutsch', 'de'],
      ],
    ]);
    choose(element, 'de');
    await fixture.whenStable();
    expect(TestBed.inject(Language).spoken()).toBe('de');
    expect(element.querySelector('select')?.getAttribute('aria-label')).toBe('Sprache');
    expect([document.documentElement.lang, localStorage.getItem('stowage.language')]).toEqual(['de', 'de']);
  });

  it('stays at the language that is spoken when the other one cannot be had, and says so', async () => {
    const { element, fixture, shows, hides } = await stage(LanguageChoice);
    const language = TestBed.inject(Language);
    const fetching = jest.spyOn(language, 'choose').mockRejectedValueOnce(new Error('no network'));
    const select = choose(element, 'de');
    await shows('The language could not be changed.');
    expect([select.value, language.spoken()]).toEqual(['en', 'en']);
    fetching.mockRestore();
    choose(element, 'de');
    await fixture.whenStable();
    await hides('The language could not be changed.');
    expect(language.spoken()).toBe('de');
  });
});
