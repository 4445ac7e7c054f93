import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { MARIA, storedSession, type FakeBackend } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Confirmation } from '../ui/confirmation.js';
import { SecurityPage } from './security-page.js';

const PHONE = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36';

function maria(backend: FakeBackend): void {
  backend.who = MARIA;
  backend.sessions = [storedSession({ current: true }), storedSession({ userAgent: PHONE, address: '198.51.100.7' })];
}

function submit(element: HTMLElement, current: string, next: string): void {
  const set = (id: string, text: string): void => {
    const input = element.querySelector<HTMLInputElement>(`#${id}`);
    if (input !== null) input.value = text;
  };
  set('current', current);
  set('new', next);
  element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
}

async function confirm(): Promise<void> {
  const confirmation = TestBed.inject(Confirmation);
  await until(() => confirmation.question() !== null);
  confirmation.answer(true);
}

describe('the list of sessions', () => {
  it('tells browsers apart', async () => {
    const { shows, text } = await stage(SecurityPage, maria);
    await shows('Chrome on Android');
    expect(text()).toMatch(/Firefox on Linux This browser ?192\.0\.2\.1 signed in .* used just now/u);
    expect(text()).toContain('198.51.100.7');
  });

  it('ends one, after asking', async () => {
    const { backend, element, control, shows, hides } = await stage(SecurityPage, maria);
    await shows('Chrome on Android');
    const label = element.querySelector('li .button')?.getAttribute('aria-label') ?? '';
    expect(label).toMatch(/^Sign out Chrome on Android, signed in /u);
    control(label).click();
    TestBed.inject(Confirmation).answer(false);
    control(label).click();
    await confirm();
    await hides('Chrome on Android');
    expect(backend.calls.filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
    await until(() => document.activeElement === element.querySelector('#sessions-title') || !element.isConnected);
  });

  it('ends all others, says when that fails, and tries again', async () => {
    const { backend, control, shows, hides } = await stage(SecurityPage, maria);
    await shows('Sign out everywhere else');
    backend.refusals.set('DELETE', 'database-unavailable');
    control('Sign out everywhere else').click();
    await confirm();
    await shows('The browser was not signed out.');
    backend.refusals.clear();
    control('Try again').click();
    await hides('Chrome on Android');
    await hides('Sign out everywhere else');
  });

  it('takes one that is gone already for ended', async () => {
    const { backend, element, control, shows, hides, text } = await stage(SecurityPage, maria);
    await shows('Chrome on Android');
    backend.refusals.set('DELETE', 'session-not-found');
    backend.sessions = backend.sessions.slice(0, 1);
    control(element.querySelector('li .button')?.getAttribute('aria-label') ?? '').click();
    await confirm();
    await hides('Chrome on Android');
    expect(text()).not.toContain('was not signed out');
  });

  it('says when it cannot be read', async () => {
    const { backend, control, shows } = await stage(SecurityPage, (server) => {
      maria(server);
      server.refusals.set('GET /api/sessions', 'internal');
    });
    await shows('The list could not be read.');
    backend.refusals.clear();
    control('Try again').click();
    await shows('Chrome on Android');
  });
});

describe('the form for a new password', () => {
  it('changes it and forgets what was typed', async () => {
    const { backend, element, shows } = await stage(SecurityPage, maria);
    await shows('Change password');
    submit(element, 'a walrus in the kitchen', 'three blind mice run');
    await shows('The password is changed.');
    expect(backend.wishes).toEqual(['{"current":"a walrus in the kitchen","password":"three blind mice run"}']);
    expect(element.querySelector<HTMLInputElement>('#new')?.value).toBe('');
    expect(backend.calls.filter((call) => call === 'GET /api/sessions')).toHaveLength(2);
  });

  it('says beside each field what is wrong with it', async () => {
    const { backend, element, shows, hides } = await stage(SecurityPage, maria);
    await shows('Change password');
    submit(element, 'a walrus in the kitchen', 'short');
    await shows('A password has 8 characters or more.');
    backend.refusals.set('PUT', 'sign-in-failed');
    submit(element, 'wrong', 'three blind mice run');
    await shows('This is not the password until now.');
    await hides('A password has 8 characters or more.');
    backend.refusals.set('PUT', 'password-refused');
    submit(element, 'a walrus in the kitchen', 'password1');
    await shows('Detail of password-refused.');
    backend.refusals.set('PUT', 'too-many-attempts');
    submit(element, 'wrong', 'three blind mice run');
    await shows('Detail of too-many-attempts.');
  });

  it('is not there for a token, nor where nobody has an account', async () => {
    const token = await stage(SecurityPage, (server) => {
      server.who = { access: 'token', account: null, signedIn: true };
    });
    await token.shows('only whoever runs the server can change');
    await token.shows('No browser is signed in this way.');
    expect(token.element.querySelector('form')).toBeNull();
  });

  it('explains a server that nobody has set up', async () => {
    const { shows, element, backend } = await stage(SecurityPage);
    await shows('to make the first one');
    expect(element.querySelector('form')).toBeNull();
    expect(backend.calls).not.toContain('GET /api/sessions');
  });
});
