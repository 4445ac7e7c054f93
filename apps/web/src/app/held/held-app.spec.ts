import { TestBed } from '@angular/core/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { HeldShare, ProblemCode, SharedEntry } from '@stowage/contract';
import type { FakeBackend } from '../../../test/fake-backend.js';
import { type Stage, stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { ADDRESS, heldAddress } from './held-address.js';
import { HeldApp } from './held-app.js';
import { Holding } from './holding.js';

const SLUG = 'A'.repeat(43);
const FOLDER = 'f'.repeat(22);
const INNER = 'i'.repeat(22);

function shared(name: string, changes: Partial<SharedEntry> = {}): SharedEntry {
  return {
    ...{ kind: 'file', id: name.replace(/\W/gu, '-').padEnd(22, '0'), name, size: 1_500, mediaType: 'text/plain' },
    ...{ sha256: 'a'.repeat(64), createdAt: '2026-01-02T03:04:05.000Z' },
    ...changes,
  };
}
const folder = (name: string, id: string): SharedEntry =>
  shared(name, { kind: 'folder', id, size: null, mediaType: null, sha256: null });

const SHARE: HeldShare = {
  ...{ kind: 'share', locked: false, expiresAt: null, title: 'Our trip', note: 'With love', downloadsLeft: null },
  entry: folder('trip', FOLDER),
};

function app(prepare: (server: FakeBackend) => void): Promise<Stage<HeldApp>> {
  TestBed.overrideProvider(ADDRESS, { useValue: { kind: 'share', slug: SLUG } });
  return stage(HeldApp, prepare);
}

function tripIn({ links }: FakeBackend): void {
  links.held = SHARE;
  links.heldFolders.set('', { name: 'trip', ancestors: [], entries: [folder('day 1', INNER), shared('a.txt')] });
  links.heldFolders.set(INNER, { name: 'day 1', ancestors: [{ id: FOLDER, name: 'trip' }], entries: [] });
}

function enter(element: Element, password: string): void {
  const field = element.querySelector<HTMLInputElement>('#link-password');
  if (field !== null) field.value = password;
  element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
}

afterEach(() => {
  document.location.hash = '';
});

describe('the address of a link', () => {
  it('says what it was made for, and its secret', () => {
    expect(heldAddress(`/s/${SLUG}`)).toEqual({ kind: 'share', slug: SLUG });
    expect(heldAddress(`/r/${SLUG}`)).toEqual({ kind: 'request', slug: SLUG });
  });
});

describe('a share', () => {
  it('of a folder lists what is in it, with plain links to download', async () => {
    const { control, shows } = await app(tripIn);
    await shows('a.txt');
    await shows('With love');
    await shows('1.5 kB');
    const id = shared('a.txt').id;
    expect(control('Download a.txt').getAttribute('href')).toBe(`/api/links/${SLUG}/files/${id}/content`);
    expect(control('Download all as a ZIP file').getAttribute('href')).toBe(`/api/links/${SLUG}/zip`);
    expect(control('Download day 1 as a ZIP file').getAttribute('href')).toBe(
      `/api/links/${SLUG}/zip?entries=${INNER}`,
    );
    await until(() => document.title === 'Our trip – Stowage');
  });

  it('is walked through by addresses that stay in the browser, and back', async () => {
    const { control, element, shows, hides } = await app(tripIn);
    await shows('a.txt');
    expect(control('day 1').getAttribute('href')).toBe(`#${INNER}`);
    document.location.hash = INNER;
    await shows('There is nothing in this folder.');
    expect(element.querySelector('nav')?.textContent).toContain('trip');
    expect(control('Download all as a ZIP file').getAttribute('href')).toBe(`/api/links/${SLUG}/zip?entries=${INNER}`);
    document.location.hash = '';
    await shows('a.txt');
    await hides('There is nothing in this folder.');
  });

  it('of a file says all there is to know of it', async () => {
    const { control, shows } = await app(({ links }) => {
      links.held = {
        ...SHARE,
        title: '',
        entry: shared('a.txt'),
        downloadsLeft: 2,
        expiresAt: '2036-01-02T03:04:05.000Z',
      };
    });
    await shows('a'.repeat(64));
    await shows('2 downloads are left');
    await shows('until');
    expect(control('Download a.txt').getAttribute('download')).toBe('a.txt');
  });

  it('that has a password tells nothing before it, and says when it is wrong', async () => {
    const { backend, element, shows, hides, text } = await app((server) => {
      tripIn(server);
      server.links.heldPassword = 'right';
    });
    await shows('This link has a password');
    expect(text()).not.toContain('trip');
    enter(element, '');
    await shows('Enter the password.');
    enter(element, 'wrong');
    await shows('This is not the password of the link.');
    backend.refusals.set('POST', 'too-many-attempts');
    enter(element, 'wrong');
    await shows('There were too many attempts.');
    backend.refusals.clear();
    enter(element, 'right');
    await shows('a.txt');
    await hides('This link has a password');
  });

  it('whose password has become another one asks for it again and goes on', async () => {
    const { backend, element, shows } = await app(tripIn);
    await shows('a.txt');
    const holding = TestBed.inject(Holding);
    backend.links.heldPassword = 'new one';
    const goesOn = holding.reauthorize(performance.now());
    await shows('This link has a password');
    enter(element, 'new one');
    await expect(goesOn).resolves.toBe(true);
    await shows('a.txt');
    await expect(holding.reauthorize(0)).resolves.toBe(true);
  });

  it.each([
    ['link-not-found', 'There is no such link'],
    ['link-revoked', 'This link has been revoked'],
    ['link-expired', 'This link has expired'],
    ['link-used-up', 'This link has been used as often as it may be'],
    ['link-target-gone', 'What this link leads to is gone'],
    ['link-not-valid', 'This link is not valid any more'],
  ] as const)('that is over by %s says “%s”', async (code: ProblemCode, words) => {
    const { element, shows } = await app((server) => server.refusals.set('GET /api/links', code));
    await shows(words);
    expect(element.querySelector('button')).toBeNull();
  });

  it('that is over while it is looked at shows nothing of it any more', async () => {
    const { backend, shows, text } = await app(tripIn);
    await shows('a.txt');
    backend.refusals.set('GET /api/links', 'link-revoked');
    document.location.hash = INNER;
    await shows('This link has been revoked');
    expect(text()).not.toContain('trip');
  });

  it('waits for a server that does not answer, and can be tried again by hand', async () => {
    const { backend, control, shows, hides } = await app((server) => {
      tripIn(server);
      server.refusals.set('GET /api/links', 'network');
    });
    await shows('The server cannot be reached');
    backend.refusals.clear();
    control('Try again').click();
    await shows('a.txt');
    await hides('The server cannot be reached');
    backend.refusals.set('GET /api/links', 'internal');
    document.location.hash = INNER;
    await shows('The folder could not be read.');
  });
});
