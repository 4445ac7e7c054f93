import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { equalSecrets, SESSION_SECONDS, SessionCookie } from './session-cookie.js';

const TOKEN = 'a token of thirty-two characters';
const NOW = Date.UTC(2026, 10, 22, 21, 34, 5, 678);

const cookie = new SessionCookie(TOKEN, false);
/** What a browser sends back of a Set-Cookie. */
const sent = (setCookie: string) => setCookie.split(';')[0] ?? '';

describe('a session cookie', () => {
  const issued = sent(cookie.issue(NOW));

  it('signs in until it is over', () => {
    expect(cookie.accepts(issued, NOW)).toBe(true);
    expect(cookie.accepts(issued, NOW + SESSION_SECONDS * 1000 - 1000)).toBe(true);
    expect(cookie.accepts(issued, NOW + SESSION_SECONDS * 1000)).toBe(false);
  });

  it('is closed to scripts and other sites', () => {
    expect(cookie.issue(NOW)).toMatch(/^stowage=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/u);
  });

  it('is bound to the host where people come by https', () => {
    const secure = new SessionCookie(TOKEN, true);
    expect(secure.issue(NOW)).toMatch(
      /^__Host-stowage=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/u,
    );
    expect(secure.accepts(sent(secure.issue(NOW)), NOW)).toBe(true);
  });

  it('signs out with the name it was given', () => {
    expect(cookie.clear()).toBe('stowage=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0');
    expect(cookie.accepts(sent(cookie.clear()), NOW)).toBe(false);
  });

  it('is found among others', () => {
    expect(cookie.accepts(`a=b; ${issued};c=d`, NOW)).toBe(true);
    expect(cookie.accepts(`stowage2=x; ${issued}`, NOW)).toBe(true);
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another name', issued.replace('stowage=', 'stowagE=')],
    ['a name that only ends alike', `x${issued}`],
    ['the name of the other scheme', `__Host-${issued}`],
    ['no seal', issued.replace(/\..*/u, '')],
    ['an empty seal', issued.replace(/\..*/u, '.')],
    ['something after the seal', `${issued}.x`],
    ['an expiry that is no number', issued.replace(/=\d+/u, '=Infinity')],
    ['an expiry with a sign', issued.replace(/=/u, '=+')],
    ['an empty value', 'stowage='],
  ])('is refused with %s', (_, header) => {
    expect(cookie.accepts(header, NOW)).toBe(false);
  });

  it('is refused once a single character is another', () => {
    fc.assert(
      fc.property(fc.nat(issued.length - 1), fc.constantFrom(...'aZ09_-.'), (at, other) => {
        fc.pre(issued[at] !== other);
        expect(cookie.accepts(issued.slice(0, at) + other + issued.slice(at + 1), NOW)).toBe(false);
      }),
    );
  });

  it('cannot be prolonged', () => {
    const [, expiry = '', seal = ''] = /=(\d+)\.(.+)/u.exec(issued) ?? [];
    expect(cookie.accepts(`stowage=${Number(expiry) + 1}.${seal}`, NOW)).toBe(false);
  });

  it('ends with the token it was made from', () => {
    expect(new SessionCookie(`${TOKEN}!`, false).accepts(issued, NOW)).toBe(false);
    expect(new SessionCookie(TOKEN, false).accepts(issued, NOW)).toBe(true);
  });

  it('shows nothing of the token', () => {
    expect(issued).not.toContain(TOKEN);
    expect(Buffer.from(issued.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain(TOKEN);
  });
});

describe('comparing secrets', () => {
  it('agrees with plain comparison, lengths included', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => equalSecrets(a, b) === (a === b)));
    fc.assert(fc.property(fc.string(), (a) => equalSecrets(a, a) && !equalSecrets(a, `${a}x`)));
  });
});
