import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { MARIA, storedToken, type FakeBackend } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Confirmation } from '../ui/confirmation.js';
import { TokensPage } from './tokens-page.js';

function maria(backend: FakeBackend): void {
  backend.who = MARIA;
}

function fill(element: HTMLElement, name: string, scopes: readonly string[], days = '90'): void {
  const input = element.querySelector<HTMLInputElement>('#token-name');
  if (input !== null) input.value = name;
  const select = element.querySelector<HTMLSelectElement>('#token-days');
  if (select !== null) select.value = days;
  for (const box of element.querySelectorAll<HTMLInputElement>('input[name="scope"]')) {
    box.checked = scopes.includes(box.value);
  }
  element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
}

async function confirm(answer = true): Promise<void> {
  const confirmation = TestBed.inject(Confirmation);
  await until(() => confirmation.question() !== null);
  confirmation.answer(answer);
}

describe('the list of tokens', () => {
  it('says what they may do, how long, and whether they are used', async () => {
    const { element, shows } = await stage(TokensPage, (server) => {
      maria(server);
      server.tokens = [
        storedToken({ scopes: ['uploads:write', 'files:read'], lastUsedAt: new Date().toISOString() }),
        storedToken({ name: 'old one', expiresAt: '2026-01-02T03:04:05.000Z' }),
        storedToken({ name: 'new one', expiresAt: new Date(Date.now() + 86_400_000).toISOString(), scopes: ['admin'] }),
      ];
    });
    await shows('nightly backup');
    const rows = Array.from(element.querySelectorAll('li'), (row) => (row.textContent ?? '').replace(/\s+/gu, ' '));
    expect(rows[0]).toMatch(/may upload, list and download files .*does not expire .*used just now/u);
    expect(rows[1]).toMatch(/may list and download files .*expired on .*2026.* never used/u);
    expect(rows[2]).toMatch(/may manage accounts .*expires on /u);
  });

  it('revokes one, after asking, also one that is gone', async () => {
    const { backend, control, shows, hides } = await stage(TokensPage, (server) => {
      maria(server);
      server.tokens = [storedToken(), storedToken({ name: 'second' })];
    });
    await shows('second');
    control('Revoke second, may list and download files').click();
    await confirm(false);
    control('Revoke second, may list and download files').click();
    await confirm();
    await hides('second');
    backend.refusals.set('DELETE', 'token-not-found');
    backend.tokens = [];
    control('Revoke nightly backup, may list and download files').click();
    await confirm();
    await shows('No program acts for you.');
  });

  it('says when one was not revoked, or the list not read', async () => {
    const { backend, control, shows, hides } = await stage(TokensPage, (server) => {
      maria(server);
      server.tokens = [storedToken()];
      server.refusals.set('GET /api/tokens', 'internal');
    });
    await shows('The tokens could not be read.');
    backend.refusals.clear();
    control('Try again').click();
    await shows('nightly backup');
    backend.refusals.set('DELETE', 'database-unavailable');
    control('Revoke nightly backup, may list and download files').click();
    await confirm();
    await shows('The token was not revoked.');
    backend.refusals.clear();
    control('Try again').click();
    await hides('nightly backup');
  });

  it('is not for those without an account', async () => {
    const { element, shows } = await stage(TokensPage, (server) =>
      server.refusals.set('GET /api/tokens', 'account-needed'),
    );
    await shows('Sign in with name and password to make one.');
    expect(element.querySelector('form')).toBeNull();
  });
});

describe('making a token', () => {
  it('shows its secret once', async () => {
    const { backend, element, control, shows, hides } = await stage(TokensPage, maria);
    await shows('No program acts for you.');
    fill(element, ' nightly ', ['files:read', 'uploads:write'], '0');
    await shows('Token for nightly');
    expect(backend.wishes).toEqual(['{"name":"nightly","scopes":["uploads:write","files:read"],"expiresAt":null}']);
    expect(element.querySelector<HTMLInputElement>('[aria-label="Token"]')?.value).toBe(`stw_${'A'.repeat(43)}`);
    control('Done').click();
    await hides('Token for nightly');
    fill(element, 'soon over', ['files:read'], '30');
    await shows('Token for soon over');
    const { expiresAt } = JSON.parse(backend.wishes[1] ?? '') as { expiresAt: string };
    const days = (Date.parse(expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.1);
    // Whoever revokes it need not see it any more.
    control('Revoke soon over, may list and download files').click();
    await confirm();
    await hides('Token for soon over');
  });

  it('says beside each field what is missing, and below what was refused', async () => {
    const { backend, element, shows } = await stage(TokensPage, maria);
    fill(element, '', []);
    await shows('A name tells you later what the token is for.');
    await shows('A token that may do nothing is of no use');
    expect(backend.wishes).toEqual([]);
    backend.refusals.set('POST /api/tokens', 'too-many-tokens');
    fill(element, 'x', ['files:read']);
    await shows('Detail of too-many-tokens.');
  });

  it('offers a member no more than a member may', async () => {
    const { element, shows } = await stage(TokensPage, (server) => {
      server.who = { ...MARIA, account: { id: 'a'.repeat(22), name: 'Adam', role: 'member' } };
    });
    await shows('list and download files');
    await until(() => element.querySelector('input[value="admin"]') === null);
    expect(element.querySelectorAll('input[name="scope"]')).toHaveLength(3);
  });
});
