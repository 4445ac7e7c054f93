import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import type { FakeBackend } from '../../../test/fake-backend.js';
import { storedLink } from '../../../test/fake-links.js';
import { type Stage, stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Announcer } from '../shell/announcer.js';
import { Confirmation } from '../ui/confirmation.js';
import { SharingDialogs } from './sharing-dialogs.js';
import { SharingQuestions } from './sharing-questions.js';

const TARGET = { id: 'e'.repeat(22), name: 'report.pdf' };

async function dialog(
  kind: 'share' | 'request',
  prepare?: (server: FakeBackend) => void,
): Promise<Stage<SharingDialogs>> {
  const dialogStage = await stage(SharingDialogs, prepare);
  const questions = TestBed.inject(SharingQuestions);
  if (kind === 'share') questions.share(TARGET);
  else questions.request(TARGET);
  await until(() => dialogStage.backend.calls.some((call) => call.startsWith('GET /api/share-links')));
  await dialogStage.fixture.whenStable();
  return dialogStage;
}

/** Types into fields of a form by their names, and sends it. */
function send(element: Element, fields: Readonly<Record<string, string | boolean>>): void {
  const form = element.querySelector('form');
  for (const [name, value] of Object.entries(fields)) {
    const field = form?.querySelector<HTMLInputElement>(`[name="${name}"], [name$="${name}"]`);
    if (typeof value === 'boolean' && field) field.checked = value;
    else if (field) field.value = String(value);
  }
  form?.dispatchEvent(new Event('submit', { cancelable: true }));
}

const lastWish = ({ wishes }: FakeBackend): unknown => JSON.parse(wishes.at(-1) ?? 'null');

describe('the dialog for links', () => {
  it('makes one that limits nothing, and puts the focus where it is copied', async () => {
    const { backend, element, shows } = await dialog('share');
    await shows('Share report.pdf');
    await shows('No links yet.');
    send(element, {});
    await shows('0 downloads');
    expect(lastWish(backend)).toEqual({
      ...{ kind: 'share', entry: TARGET.id, title: '', note: '', expiresAt: null, maxDownloads: null },
    });
    const address = element.querySelector<HTMLInputElement>('.address input');
    expect(address?.value).toBe(new URL(backend.links.links[0]?.url ?? '', document.baseURI).href);
    expect(TestBed.inject(Announcer).polite()).toBe('The link was created.');
  });

  it('makes requests with all limits', async () => {
    const { backend, element, shows } = await dialog('request');
    await shows('Ask for files into report.pdf');
    send(element, {
      ...{ title: 'Photos', note: 'All of them', password: 'a walrus in the kitchen', most: '3', size: '1.5' },
      ...{ types: 'jpg', askName: true },
    });
    await shows('0 of 3 files have come');
    await shows('with a password');
    await shows('only jpg');
    expect(lastWish(backend)).toMatchObject({
      ...{ kind: 'request', title: 'Photos', note: 'All of them', password: 'a walrus in the kitchen' },
      ...{ maxUploads: 3, maxFileSize: 1_500_000, allowedExtensions: ['jpg'], askName: true },
    });
  });

  it('says what is wrong where it is wrong, and keeps what was typed', async () => {
    const { backend, element, shows } = await dialog('share');
    send(element, { title: 'For Ana', most: 'many' });
    await shows('Enter a whole number of 1 or more, or nothing.');
    expect(element.querySelector('[name=most]')?.getAttribute('aria-invalid')).toBe('true');
    send(element, { most: '2', password: 'short' });
    await shows('A password has');
    expect(element.querySelector<HTMLInputElement>('[name=title]')?.value).toBe('For Ana');
    backend.refusals.set('POST /api/share-links', 'password-refused');
    send(element, { password: 'password1234567' });
    await shows('Detail of password-refused.');
    backend.refusals.set('POST /api/share-links', 'too-many-links');
    send(element, {});
    await shows('Detail of too-many-links.');
    expect(backend.wishes).toEqual([]);
  });

  it('lists those that are there with their state in words, and of the other kind none', async () => {
    const { element, text } = await dialog('share', (server) => {
      server.links.links = [
        storedLink({ title: 'For Ana', downloads: 1, maxDownloads: 2 }),
        storedLink({ title: 'Old', state: 'expired', expiresAt: '2026-01-01T00:00:00.000Z' }),
        storedLink({ title: 'Spent', state: 'used-up', maxDownloads: 1, downloads: 1 }),
        storedLink({ title: 'Ended', state: 'revoked', revokedAt: '2026-01-03T00:00:00.000Z' }),
        storedLink({ title: 'Lost', state: 'target-gone' }),
        storedLink({ title: 'Inbox', kind: 'request' }),
      ];
    });
    const states = Array.from(element.querySelectorAll('li .chip'), (chip) => chip.textContent?.trim());
    expect(states).toEqual(['Works', 'Expired', 'Limit reached', 'Revoked', 'Nothing there']);
    expect(text()).toContain('1 of 2 downloads');
    expect(text()).not.toContain('Inbox');
  });

  it('changes one, and asks before it revokes it', async () => {
    const { backend, control, element, shows } = await dialog('share', (server) => {
      server.links.links = [storedLink({ title: 'For Ana', hasPassword: true, maxDownloads: 5 })];
    });
    control('Change For Ana').click();
    await until(() => element.querySelector('li form') !== null);
    const form = element.querySelector('li');
    if (form === null) throw new Error('There is no row.');
    send(form, { removePassword: true, most: '' });
    await shows('0 downloads');
    expect(lastWish(backend)).toMatchObject({ password: null, maxDownloads: null, title: 'For Ana' });
    for (const answer of [false, true]) {
      control('Revoke For Ana').click();
      const confirmation = TestBed.inject(Confirmation);
      await until(() => confirmation.question() !== null);
      confirmation.answer(answer);
      if (!answer) expect(backend.calls.some((call) => call.startsWith('DELETE'))).toBe(false);
    }
    await shows('revoked');
    expect(element.querySelector('.address')).toBeNull();
  });

  it('says when one was not revoked, and tries again', async () => {
    const { backend, control, shows } = await dialog('share', (server) => {
      server.links.links = [storedLink({ title: 'For Ana' })];
      server.refusals.set('DELETE', 'database-unavailable');
    });
    control('Revoke For Ana').click();
    const confirmation = TestBed.inject(Confirmation);
    await until(() => confirmation.question() !== null);
    confirmation.answer(true);
    await shows('The link was not revoked.');
    backend.refusals.clear();
    control('Try again').click();
    await until(() => backend.links.links[0]?.state === 'revoked');
  });

  it('tells who has used one, from which network, and what was done', async () => {
    const { control, shows } = await dialog('request', (server) => {
      server.links.links = [storedLink({ kind: 'request', title: 'Photos' })];
      const at = '2026-01-02T03:04:05.000Z';
      server.links.accesses = [
        { at, action: 'uploaded', name: 'a.jpg', sender: 'Ana', network: '192.0.2.0/24' },
        { at, action: 'uploaded', name: 'b.jpg', sender: null, network: '192.0.2.0/24' },
        { at, action: 'password-wrong', name: null, sender: null, network: '2001:db8::/48' },
        { at, action: 'opened', name: null, sender: null, network: '2001:db8::/48' },
        { at, action: 'downloaded', name: 'c.zip', sender: null, network: '2001:db8::/48' },
      ];
    });
    control('Accesses of Photos').click();
    for (const words of ['Uploaded by Ana: a.jpg', 'Uploaded: b.jpg', 'Wrong password', 'Opened', '192.0.2.0/24'])
      await shows(words);
    await shows('Downloaded: c.zip');
    await shows('Kept for 90 days.');
  });

  it('says when the links, or the accesses, could not be read', async () => {
    const { backend, control, shows } = await dialog('share', (server) => {
      server.links.links = [storedLink({ title: 'For Ana' })];
      server.refusals.set('GET /api/share-links?', 'internal');
    });
    await shows('The links could not be read.');
    backend.refusals.clear();
    control('Try again').click();
    await shows('For Ana');
    backend.refusals.set('GET /api/share-links/', 'internal');
    control('Accesses of For Ana').click();
    await shows('The accesses could not be read.');
    backend.refusals.clear();
    control('Try again').click();
    await shows('Nobody has used it yet.');
  });
});
