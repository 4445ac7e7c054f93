import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { stage } from '../../../test/page.js';
import { until } from '../../../test/until.js';
import { API } from './server.js';
import { Session } from './session.js';
import { TokenDialog } from './token-dialog.js';

function submit(element: HTMLElement, token: string): void {
  const input = element.querySelector<HTMLInputElement>('#token');
  if (input !== null) input.value = token;
  element.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }));
}

describe('asking for the token', () => {
  beforeEach(() => localStorage.clear());

  it('happens once for all who need it, and they go on afterwards', async () => {
    const { backend, element } = await stage(TokenDialog, ({ refusals }) => refusals.set('GET', 'unauthorized'));
    const api = TestBed.inject(API);
    const waiting = Promise.all([api.listFiles(), api.limits()]);
    const dialog = element.querySelector('dialog');
    await until(() => dialog?.open === true);
    backend.refusals.clear();
    submit(element, ' secret ');
    await expect(waiting).resolves.toHaveLength(2);
    await until(() => dialog?.open === false);
    expect(backend.calls.filter((call) => call === 'POST /api/session')).toHaveLength(1);
    expect(TestBed.inject(Session).signedIn()).toBe(true);
    expect(element.querySelector<HTMLInputElement>('#token')?.value).toBe('');
  });

  it('says that a token is wrong and asks again', async () => {
    const { backend, element, shows, hides } = await stage(TokenDialog, ({ refusals }) =>
      refusals.set('POST /api/session', 'unauthorized'),
    );
    void TestBed.inject(Session).reauthorize(performance.now());
    submit(element, 'wrong');
    await shows('This token is not valid.');
    expect(element.querySelector('#token')?.getAttribute('aria-invalid')).toBe('true');
    expect(TestBed.inject(Session).needed()).toBe(true);
    backend.refusals.set('POST /api/session', 'network');
    submit(element, 'right');
    await shows('The server did not answer.');
    backend.refusals.clear();
    submit(element, 'right');
    await hides('The server did not answer.');
    expect(TestBed.inject(Session).needed()).toBe(false);
  });

  it('cannot be escaped from', async () => {
    const { element } = await stage(TokenDialog);
    const escape = new Event('cancel', { cancelable: true });
    element.querySelector('dialog')?.dispatchEvent(escape);
    expect(escape.defaultPrevented).toBe(true);
  });

  it('is there again when a browser closes it all the same', async () => {
    const { element } = await stage(TokenDialog);
    void TestBed.inject(Session).reauthorize(performance.now());
    const dialog = element.querySelector('dialog');
    await until(() => dialog?.open === true);
    dialog?.close();
    dialog?.dispatchEvent(new Event('close'));
    expect(dialog?.open).toBe(true);
  });

  it('does not happen for a request that was sent before the token was given', async () => {
    const session = TestBed.inject(Session);
    const sentAt = performance.now();
    await until(() => performance.now() > sentAt);
    session.granted();
    await expect(session.reauthorize(sentAt)).resolves.toBe(true);
    expect(session.needed()).toBe(false);
    void session.reauthorize(performance.now());
    expect(session.needed()).toBe(true);
  });

  it('is remembered without the token', () => {
    TestBed.inject(Session).granted();
    expect(JSON.stringify(localStorage)).toBe('{"stowage.signed-in":"yes"}');
    TestBed.inject(Session).ended();
    expect(localStorage).toHaveLength(0);
  });
});
