import { TestBed } from '@angular/core/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { throwError } from 'rxjs';
import { stage, type Stage } from '../../../test/page.js';
import { MARIA } from '../../../test/fake-backend.js';
import { transloco } from '../../../test/words.js';
import { LiveRegion } from '../shell/live-region.js';
import { ProfilePage } from './profile-page.js';

const ofMaria = () =>
  stage(ProfilePage, (backend) => {
    backend.who = MARIA;
  });

function choose({ element }: Stage<ProfilePage>, code: string): void {
  const select = element.querySelector('select');
  if (select === null) throw new Error('There is no choice.');
  select.value = code;
  select.dispatchEvent(new Event('change'));
}

describe('the profile', () => {
  it('says whose account it is', async () => {
    const { shows } = await ofMaria();
    await shows('ProfileAccount Maria Admin');
  });

  it('turns the whole page to another language, and remembers it', async () => {
    const page = await ofMaria();
    const live = TestBed.createComponent(LiveRegion);
    await page.shows('Profile');
    choose(page, 'de');
    await page.shows('ProfilKonto Maria Administrator');
    expect(page.element.querySelector('nav')?.getAttribute('aria-label')).toBe('Einstellungen');
    expect([document.documentElement.lang, localStorage.getItem('stowage.language')]).toEqual(['de', 'de']);
    await live.whenStable();
    expect((live.nativeElement as HTMLElement).textContent).toContain('Die Seite ist jetzt auf Deutsch.');
    choose(page, 'en');
    await page.shows('Language');
    expect(document.documentElement.lang).toBe('en');
  });

  it('follows a choice in another tab, and nothing else that is stored', async () => {
    const page = await ofMaria();
    await page.shows('Profile');
    dispatchEvent(new StorageEvent('storage', { key: 'stowage.language', newValue: 'klingon' }));
    dispatchEvent(new StorageEvent('storage', { key: 'another', newValue: 'de' }));
    dispatchEvent(new StorageEvent('storage', { key: 'stowage.language', newValue: 'de' }));
    await page.shows('ProfilKonto');
  });

  it('stays in its language when the words of another cannot be had, and says so', async () => {
    const page = await ofMaria();
    await page.shows('Profile');
    const load = jest.spyOn(transloco, 'load').mockReturnValue(throwError(() => new TypeError('Failed to fetch')));
    choose(page, 'de');
    await page.shows('The language could not be changed.');
    expect(page.element.querySelector('select')?.value).toBe('en');
    load.mockRestore();
    page.control('Try again').click();
    await page.shows('ProfilKonto');
  });

  it('takes the latest of two choices, whichever words come first', async () => {
    const page = await ofMaria();
    await page.shows('Profile');
    choose(page, 'de');
    choose(page, 'en');
    await page.fixture.whenStable();
    await page.shows('ProfileAccount');
    expect(document.documentElement.lang).toBe('en');
  });
});
