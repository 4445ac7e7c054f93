import { TestBed } from '@angular/core/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { MARIA, storedPerson, type FakeBackend } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Confirmation } from '../ui/confirmation.js';
import { UsersPage } from './users-page.js';

function some(backend: FakeBackend): void {
  backend.who = MARIA;
  backend.people = [
    storedPerson({ name: 'Adam', state: 'active', lastSignedInAt: new Date(Date.now() - 300_000).toISOString() }),
    storedPerson({ name: 'Berta', state: 'invited', linkExpiresAt: new Date(Date.now() + 1_830_000).toISOString() }),
    storedPerson({ name: 'Carl', state: 'invited' }),
    storedPerson({ name: 'Dora', state: 'disabled' }),
    storedPerson({ id: MARIA.account?.id ?? '', name: 'Maria', role: 'admin', state: 'active' }),
  ];
}

async function confirm(answer = true): Promise<void> {
  const confirmation = TestBed.inject(Confirmation);
  await until(() => confirmation.question() !== null);
  confirmation.answer(answer);
}

function fill(element: HTMLElement, name: string, role = 'member'): void {
  const input = element.querySelector<HTMLInputElement>('#invite-name');
  const select = element.querySelector<HTMLSelectElement>('#invite-role');
  if (input !== null) input.value = name;
  if (select !== null) select.value = role;
  element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
}

const changes = (backend: FakeBackend) => backend.calls.filter((call) => !call.startsWith('GET'));

describe('the list of users', () => {
  it('says who they are, what they may do and what has become of them', async () => {
    const { element, shows } = await stage(UsersPage, some);
    await shows('Adam');
    await shows('You');
    const rows = Array.from(element.querySelectorAll('li'), (row) => (row.textContent ?? '').replace(/\s+/gu, ' '));
    expect(rows[0]).toMatch(/Adam ?Member .*signed in 5.min ago .*Disable/u);
    expect(rows[1]).toMatch(/Berta ?Member .*Invited .*the link expires in 30.minutes .*Withdraw/u);
    expect(rows[2]).toMatch(/Carl ?.*the invitation is over/u);
    expect(rows[3]).toMatch(/Dora ?.*Disabled .*never signed in .*Enable/u);
    expect(rows[4]).toMatch(/Maria ?You ?.*Admin/u);
    // Nobody shuts the door on themselves by mistake.
    expect(rows[4]).not.toMatch(/Disable|Make a member/u);
    expect(rows[3]).not.toContain('Password link');
  });

  it('changes a role, disables after asking, and enables', async () => {
    const { backend, control, shows } = await stage(UsersPage, some);
    await shows('Adam');
    control('Make an admin: Adam').click();
    await until(() => backend.people[0]?.role === 'admin');
    await until(() => changes(backend).length === 1);
    await shows('Make a member');
    control('Disable Adam').click();
    await confirm(false);
    control('Disable Adam').click();
    await confirm();
    await until(() => backend.people[0]?.state === 'disabled');
    control('Enable Dora').click();
    await until(() => backend.people[3]?.state === 'active');
    expect(backend.wishes).toEqual(['{"role":"admin"}', '{"disabled":true}', '{"disabled":false}']);
  });

  it('withdraws an invitation, also one that is gone', async () => {
    const { backend, control, shows, hides } = await stage(UsersPage, some);
    await shows('Berta');
    control('Withdraw the invitation of Berta').click();
    await confirm();
    await hides('Berta');
    backend.refusals.set('DELETE', 'account-not-found');
    backend.people = backend.people.filter(({ name }) => name !== 'Carl');
    control('Withdraw the invitation of Carl').click();
    await confirm();
    await hides('Carl');
  });

  it('says what was refused, and tries again', async () => {
    const { backend, control, shows, hides } = await stage(UsersPage, some);
    await shows('Adam');
    backend.refusals.set('PATCH', 'last-admin');
    control('Make an admin: Adam').click();
    await shows('The account was not changed. Detail of last-admin.');
    backend.refusals.clear();
    control('Try again').click();
    await hides('The account was not changed.');
    expect(backend.people[0]?.role).toBe('admin');
  });

  it('shows more on demand', async () => {
    const { control, shows, text, hides } = await stage(UsersPage, (server) => {
      some(server);
      server.pageSize = 3;
    });
    await shows('Carl');
    expect(text()).not.toContain('Dora');
    control('Show more users').click();
    await shows('Maria');
    await hides('Show more users');
  });

  it('says when it cannot be read, and to whom it is not shown', async () => {
    const lost = await stage(UsersPage, (server) => {
      server.who = MARIA;
      server.refusals.set('GET /api/accounts', 'internal');
    });
    await lost.shows('The accounts could not be read.');
    lost.backend.refusals.clear();
    lost.control('Try again').click();
    await lost.shows('Nobody has an account yet.');
    TestBed.resetTestingModule();
    const member = await stage(UsersPage, (server) => server.refusals.set('GET /api/accounts', 'not-permitted'));
    await member.shows('Only admins manage accounts.');
    expect(member.element.querySelector('form')).toBeNull();
  });

  it('explains a server that nobody has set up', async () => {
    const { shows, element } = await stage(UsersPage, (server) => {
      server.who = { access: 'open', account: null, signedIn: false };
    });
    await until(() => element.querySelector('form') === null);
    await shows('to make the first one; then invite others');
  });
});

describe('inviting somebody', () => {
  it('makes a link to hand over', async () => {
    const { backend, element, control, shows, hides } = await stage(UsersPage, some);
    await shows('Adam');
    fill(element, ' Emil ', 'admin');
    await shows('Link for Emil');
    expect(backend.wishes).toEqual(['{"name":"Emil","role":"admin"}']);
    const address = element.querySelector<HTMLInputElement>('[aria-label="Link"]');
    expect(address?.value).toBe(`${window.location.origin}/password#${'A'.repeat(43)}`);
    const writeText = jest.fn<(text: string) => Promise<void>>().mockResolvedValue();
    Object.assign(window.navigator, { clipboard: { writeText } });
    control('Copy').click();
    await shows('It is copied.');
    expect(writeText).toHaveBeenCalledWith(address?.value ?? '');
    control('Done').click();
    await hides('Link for Emil');
    await shows('Emil');
  });

  it('selects the link where there is no clipboard', async () => {
    const { element, control, shows } = await stage(UsersPage, some);
    await shows('Adam');
    Object.assign(window.navigator, { clipboard: undefined });
    fill(element, 'Emil');
    await shows('Link for Emil');
    control('Copy').click();
    const address = element.querySelector<HTMLInputElement>('[aria-label="Link"]');
    await until(() => address?.selectionEnd === address?.value.length);
  });

  it('says beside the field what is wrong with a name', async () => {
    const { backend, element, shows } = await stage(UsersPage, some);
    await shows('Adam');
    fill(element, 'a/b');
    await shows('A name cannot contain a slash');
    expect(changes(backend)).toEqual([]);
    for (const code of ['account-name-taken', 'invalid-name', 'database-unavailable'] as const) {
      backend.refusals.set('POST /api/accounts', code);
      fill(element, 'Adam');
      await shows(`Detail of ${code}.`);
    }
  });

  it('makes a new link for somebody who has forgotten a password, after asking, or was invited, at once', async () => {
    const { backend, control, shows } = await stage(UsersPage, some);
    await shows('Adam');
    control('Password link for Adam').click();
    await confirm();
    await shows('Link for Adam');
    control('Password link for Carl').click();
    await shows('Link for Carl');
    expect(changes(backend)).toEqual([
      `POST /api/accounts/${backend.people[0]?.id ?? ''}/link`,
      `POST /api/accounts/${backend.people[2]?.id ?? ''}/link`,
    ]);
  });
});
