import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MARIA } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { PasswordPage } from './password-page.js';
import { Session } from './session.js';

const TOKEN = 'A'.repeat(43);

function submit(element: HTMLElement, password: string): void {
  const input = element.querySelector<HTMLInputElement>('#password');
  if (input !== null) input.value = password;
  element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
}

describe('the page behind a password link', () => {
  beforeEach(() => window.history.replaceState(null, '', `/password#${TOKEN}`));
  afterEach(() => window.history.replaceState(null, '', '/'));

  it('takes the secret out of the address, and asks whose link it is', async () => {
    const { backend, shows } = await stage(PasswordPage);
    expect(window.location.hash).toBe('');
    await shows('Welcome to Stowage');
    await shows('with the name Maria');
    expect(backend.wishes).toEqual([`{"token":"${TOKEN}"}`]);
  });

  it('lets somebody choose a password, signs in, and goes to the files', async () => {
    const { backend, element, shows } = await stage(PasswordPage, (server) => (server.who = MARIA));
    const goes = jest.spyOn(TestBed.inject(Router), 'navigateByUrl').mockResolvedValue(true);
    await shows('Save and sign in');
    submit(element, 'short');
    await shows('A password has 8 characters or more.');
    submit(element, 'a walrus in the kitchen');
    await until(() => goes.mock.calls.length > 0);
    expect(goes).toHaveBeenCalledWith('/');
    expect(backend.wishes.at(-1)).toBe(`{"token":"${TOKEN}","password":"a walrus in the kitchen"}`);
    expect(TestBed.inject(Session).who()).toEqual(MARIA);
  });

  it('says what was wrong', async () => {
    const { backend, element, shows } = await stage(PasswordPage, (server) => (server.linkKind = 'reset'));
    await shows('Choose a new password');
    backend.refusals.set('POST /api/password-links/use', 'password-refused');
    submit(element, 'password1');
    await shows('Detail of password-refused.');
    backend.refusals.set('POST /api/password-links/use', 'overloaded');
    submit(element, 'a walrus in the kitchen');
    await shows('Detail of overloaded.');
    backend.refusals.set('POST /api/password-links/use', 'link-not-valid');
    submit(element, 'a walrus in the kitchen');
    await shows('This link is over');
    expect(element.querySelector('form')).toBeNull();
  });

  it('says when the link is over, not whole, or cannot be looked at', async () => {
    const over = await stage(PasswordPage, (server) =>
      server.refusals.set('POST /api/password-links/look', 'link-not-valid'),
    );
    await over.shows('This link is over');
    TestBed.resetTestingModule();
    window.history.replaceState(null, '', `/password#${TOKEN}`);
    const lost = await stage(PasswordPage, (server) => server.refusals.set('POST /api/password-links/look', 'network'));
    await lost.shows('The link could not be looked at.');
    lost.backend.refusals.clear();
    lost.control('Try again').click();
    await lost.shows('Welcome to Stowage');
    TestBed.resetTestingModule();
    const none = await stage(PasswordPage);
    await none.shows('The link is not whole');
    expect(none.backend.calls).toEqual([]);
  });
});
