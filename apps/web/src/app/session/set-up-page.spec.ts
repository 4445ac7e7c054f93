import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MARIA } from '../../../test/fake-backend.js';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { Session } from './session.js';
import { SetUpPage } from './set-up-page.js';

const TOKEN = 'A'.repeat(43);

function submit(element: HTMLElement, name: string, password: string): void {
  const set = (id: string, text: string): void => {
    const input = element.querySelector<HTMLInputElement>(`#${id}`);
    if (input !== null) input.value = text;
  };
  set('name', name);
  set('password', password);
  element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
}

describe('the set-up page', () => {
  beforeEach(() => window.history.replaceState(null, '', `/setup#${TOKEN}`));
  afterEach(() => window.history.replaceState(null, '', '/'));

  it('takes the secret out of the address at once', async () => {
    await stage(SetUpPage);
    expect(window.location.hash).toBe('');
  });

  it('makes the account, signs in, and goes to the files', async () => {
    const { backend, element } = await stage(SetUpPage, (server) => (server.who = MARIA));
    const goes = jest.spyOn(TestBed.inject(Router), 'navigateByUrl').mockResolvedValue(true);
    submit(element, ' Maria ', 'a walrus in the kitchen');
    await until(() => goes.mock.calls.length > 0);
    expect(goes).toHaveBeenCalledWith('/');
    expect(backend.wishes).toEqual([`{"token":"${TOKEN}","name":"Maria","password":"a walrus in the kitchen"}`]);
    expect(TestBed.inject(Session).who()).toEqual(MARIA);
  });

  it('says beside each field what is wrong with it, before the server is asked', async () => {
    const { backend, element, shows, hides } = await stage(SetUpPage);
    submit(element, 'a/b', 'short');
    await shows('A name cannot contain a slash');
    await shows('A password has 8 characters or more.');
    expect(element.querySelector('#name')?.getAttribute('aria-invalid')).toBe('true');
    expect(backend.calls).toEqual([]);
    backend.refusals.set('POST /api/setup', 'password-refused');
    submit(element, 'Maria', 'password1');
    await shows('Detail of password-refused.');
    await hides('A name cannot contain a slash');
    expect(element.querySelector('#password')?.getAttribute('aria-invalid')).toBe('true');
    backend.refusals.set('POST /api/setup', 'invalid-name');
    submit(element, 'Maria', 'password1');
    await shows('Detail of invalid-name.');
    backend.refusals.set('POST /api/setup', 'network');
    submit(element, 'Maria', 'password1');
    await shows('The server did not answer.');
  });

  it.each(['link-not-valid', 'unauthorized', 'not-found'] as const)('says that the link is over: %s', async (code) => {
    const { backend, element, shows } = await stage(SetUpPage);
    backend.refusals.set('POST /api/setup', code);
    submit(element, 'Maria', 'a walrus in the kitchen');
    await shows('This link is over');
    await shows('start the server again: it prints a new link');
    expect(element.querySelector('form')).toBeNull();
  });

  it('says when the link is not whole', async () => {
    window.history.replaceState(null, '', '/setup');
    const { text } = await stage(SetUpPage);
    expect(text()).toContain('Copy all of the link');
  });
});
