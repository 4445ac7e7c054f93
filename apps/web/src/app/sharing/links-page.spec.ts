import { TestBed } from '@angular/core/testing';
import { ActivatedRoute } from '@angular/router';
import { describe, expect, it } from '@jest/globals';
import { type FakeBackend, MARIA, SPACE, storedSpace } from '../../../test/fake-backend.js';
import { storedLink } from '../../../test/fake-links.js';
import { type Stage, stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { LinksPage } from './links-page.js';

/** Somebody with an account who manages nothing but what they have made. */
const MEMBER = { ...MARIA, account: { id: 'a'.repeat(22), name: 'Maria', role: 'member' as const } };

function page(kind: 'share' | 'request', prepare: (server: FakeBackend) => void): Promise<Stage<LinksPage>> {
  TestBed.overrideProvider(ActivatedRoute, { useValue: { snapshot: { data: { kind } } } });
  return stage(LinksPage, prepare);
}

describe('the page of links', () => {
  it('lists those of one kind into a space, by what they lead to', async () => {
    const { shows, text } = await page('share', (server) => {
      server.links.links = [
        storedLink({ title: 'For Ana', downloads: 3 }),
        storedLink({ entryName: null, state: 'target-gone' }),
        storedLink({ title: 'Inbox', kind: 'request' }),
      ];
    });
    await shows('For Ana');
    await shows('report.pdf');
    await shows('3 downloads');
    await shows('Something that is gone');
    expect(text()).not.toContain('Inbox');
  });

  it('says where one is made when there is none, of each kind in its own words', async () => {
    const shares = await page('share', () => undefined);
    await shares.shows('No links yet.');
    TestBed.resetTestingModule();
    const requests = await page('request', () => undefined);
    await requests.shows('No requests yet.');
    await requests.shows('choose “Ask for files…”');
  });

  it('shows links of another space when that is chosen, and offers only those whose links one may see', async () => {
    const film = storedSpace({ name: 'Film', role: 'editor' });
    const { element, shows, hides } = await page('share', (server) => {
      server.who = MEMBER;
      server.spaces.spaces.push(film, storedSpace({ name: 'Readers', role: 'viewer' }));
      server.links.links = [
        storedLink({ title: 'Mine', space: SPACE }),
        storedLink({ title: 'Of the film', space: film.id, entry: 'f'.repeat(22) }),
      ];
    });
    await shows('Mine');
    const select = element.querySelector('select');
    expect(Array.from(select?.options ?? [], (option) => option.textContent?.trim())).not.toContain('Readers');
    if (select === null) throw new Error('There is no choice.');
    select.value = film.id;
    select.dispatchEvent(new Event('change'));
    await shows('Of the film');
    await hides('Mine');
  });

  it('says to those who may see no links that there are none for them', async () => {
    const { shows } = await page('share', (server) => {
      server.who = MEMBER;
      server.spaces.spaces = [storedSpace({ role: 'contributor' })];
    });
    await shows('There is no space whose links you may see.');
  });

  it('says when they could not be read, and reads more by hand', async () => {
    const { backend, control, element, shows } = await page('share', (server) => {
      server.pageSize = 2;
      server.links.links = ['A', 'B', 'C'].map((title) => storedLink({ title }));
      server.refusals.set('GET /api/share-links', 'internal');
    });
    await shows('The links could not be read.');
    backend.refusals.clear();
    control('Try again').click();
    await until(() => element.querySelectorAll('stow-link-list li').length === 2);
    control('Show more').click();
    await until(() => element.querySelectorAll('stow-link-list li').length === 3);
  });
});
