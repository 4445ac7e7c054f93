import { TestBed } from '@angular/core/testing';
import { describe, expect, it } from '@jest/globals';
import { MARIA } from '../../../test/fake-backend.js';
import { stage, type Stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { API } from './server.js';
import { Session } from './session.js';
import { SignInDialog } from './sign-in-dialog.js';

function type(element: HTMLElement, id: string, text: string): void {
  const input = element.querySelector<HTMLInputElement>(`#${id}`);
  if (input === null) throw new Error(`There is no field ${id}.`);
  input.value = text;
}

function submit(element: HTMLElement): void {
  element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
}

/** The dialog, open because somebody has asked. */
async function asked(code = 'unauthorized'): Promise<Stage<SignInDialog> & { readonly session: Session }> {
  const on = await stage(SignInDialog, (backend) => (backend.who = MARIA));
  const session = TestBed.inject(Session);
  void session.reauthorize(performance.now(), code);
  await until(() => on.element.querySelector('dialog')?.open === true);
  return { ...on, session };
}

describe('signing in', () => {
  it('happens once for all who need it, and they go on afterwards', async () => {
    const { backend, element } = await stage(SignInDialog, (server) => {
      server.refusals.set('GET', 'unauthorized');
      server.who = MARIA;
    });
    const api = TestBed.inject(API);
    const waiting = Promise.all([api.listFiles(), api.limits()]);
    const dialog = element.querySelector('dialog');
    await until(() => dialog?.open === true);
    backend.refusals.clear();
    type(element, 'sign-in-name', ' maria ');
    type(element, 'password', ' a walrus ');
    submit(element);
    await expect(waiting).resolves.toHaveLength(2);
    await until(() => dialog?.open === false);
    expect(backend.calls.filter((call) => call === 'POST /api/session')).toHaveLength(1);
    expect(backend.wishes).toEqual(['{"name":"maria","password":" a walrus "}']);
    expect(TestBed.inject(Session).who()).toEqual(MARIA);
    expect(element.querySelector('form')).toBeNull();
  });

  it('says what is wrong and asks again', async () => {
    const { backend, element, session, shows, hides } = await asked();
    backend.refusals.set('POST /api/session', 'sign-in-failed');
    type(element, 'password', 'wrong');
    submit(element);
    await shows('Detail of sign-in-failed.');
    const password = element.querySelector('#password');
    expect(password?.getAttribute('aria-invalid')).toBe('true');
    expect(element.querySelector(`#${password?.getAttribute('aria-describedby') ?? ''}`)?.getAttribute('role')).toBe(
      'alert',
    );
    expect(session.needed()).toBe(true);
    backend.refusals.set('POST /api/session', 'network');
    submit(element);
    await shows('The server did not answer.');
    backend.refusals.clear();
    submit(element);
    await hides('The server did not answer.');
    expect(session.needed()).toBe(false);
  });

  it('can be done with an access token', async () => {
    const { backend, element, session, control, shows } = await asked();
    control('Use an access token').click();
    await shows('Access token');
    backend.refusals.set('POST /api/session', 'unauthorized');
    type(element, 'token', 'wrong');
    submit(element);
    await shows('This token is not valid.');
    control('Use name and password').click();
    await shows('Name');
    expect(element.querySelector('#token')).toBeNull();
    control('Use an access token').click();
    await shows('Access token');
    expect(element.textContent).not.toContain('not valid');
    backend.refusals.clear();
    type(element, 'token', ' right ');
    submit(element);
    await until(() => !session.needed());
  });

  it('shows a password that somebody wants to see, and hides it afterwards', async () => {
    const { element, session, control, fixture } = await asked();
    const field = () => element.querySelector<HTMLInputElement>('#password');
    expect(field()?.type).toBe('password');
    control('Show Password').click();
    await fixture.whenStable();
    expect(field()?.type).toBe('text');
    expect(control('Show Password').getAttribute('aria-pressed')).toBe('true');
    submit(element);
    await until(() => !session.needed() && field() === null);
    void session.reauthorize(performance.now(), 'unauthorized');
    await until(() => field()?.type === 'password');
    expect(field()?.value).toBe('');
  });

  it('is not asked for where nobody has an account yet', async () => {
    const { element, text } = await asked('not-set-up');
    expect(text()).toContain('Open the link that its start has printed');
    expect(element.querySelector('form')).toBeNull();
  });

  it('cannot be escaped from', async () => {
    const { element } = await asked();
    const escape = new Event('cancel', { cancelable: true });
    element.querySelector('dialog')?.dispatchEvent(escape);
    expect(escape.defaultPrevented).toBe(true);
  });

  it('is there again when a browser closes it all the same', async () => {
    const { element } = await asked();
    const dialog = element.querySelector('dialog');
    dialog?.close();
    dialog?.dispatchEvent(new Event('close'));
    expect(dialog?.open).toBe(true);
  });

  it('does not happen for a request that was sent before', async () => {
    const session = TestBed.inject(Session);
    const sentAt = performance.now();
    await until(() => performance.now() > sentAt);
    session.granted(MARIA);
    await expect(session.reauthorize(sentAt, 'unauthorized')).resolves.toBe(true);
    expect(session.needed()).toBe(false);
    void session.reauthorize(performance.now(), 'unauthorized');
    expect(session.needed()).toBe(true);
  });
});
