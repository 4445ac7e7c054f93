import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { Cookies, DEVICE_SECONDS } from './cookies.js';
import { newSecret } from './secrets.js';

const asked = (cookie?: string) => ({ headers: { cookie } }) as IncomingMessage;
const [SESSION, DEVICE] = [newSecret(), newSecret()];

describe.each([
  [false, 'stowage', ''],
  [true, '__Host-stowage', '; Secure'],
])('the cookies of a server that is reached over https: %s', (secure, name, suffix) => {
  const cookies = new Cookies(secure);

  it('are out of reach of scripts and of other sites', () => {
    expect(cookies.signIn(SESSION, DEVICE)).toEqual([
      `${name}=${SESSION}; Path=/; HttpOnly; SameSite=Lax${suffix}`,
      `${name}-device=${DEVICE}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${DEVICE_SECONDS}${suffix}`,
    ]);
    expect(cookies.holdSession(SESSION)).toBe(cookies.signIn(SESSION, DEVICE)[0]);
    expect(cookies.signOut()).toBe(`${name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${suffix}`);
  });

  it('are found again, wherever they stand', () => {
    for (const header of [
      `${name}=${SESSION}; ${name}-device=${DEVICE}`,
      `${name}-device=${DEVICE};${name}=${SESSION}`,
      `a=b; ${name}=${SESSION} ; ${name}-device=${DEVICE}; c=d=e`,
    ]) {
      expect(cookies.sessionOf(asked(header))).toBe(SESSION);
      expect(cookies.deviceOf(asked(header))).toBe(DEVICE);
    }
  });

  it('of links have a name for each, which is not its secret', () => {
    const [one, other] = ['a'.repeat(43), 'b'.repeat(43)];
    const header = cookies.holdLink(one, SESSION, 60);
    expect(header).toMatch(
      new RegExp(`^${name}-link-[\\w-]{16}=${SESSION}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60${suffix}$`, 'u'),
    );
    expect(header).not.toContain('aaaa');
    const [pair = ''] = header.split(';');
    expect([cookies.linkOf(asked(pair), one), cookies.linkOf(asked(pair), other)]).toEqual([SESSION, null]);
    expect(cookies.sessionOf(asked(pair))).toBeNull();
  });

  it.each([
    undefined,
    '',
    'a=b',
    `x${name}=${SESSION}`,
    `${name}=`,
    `${name}=${SESSION}x`,
    `${name}=${SESSION.slice(1)}`,
  ])('are not: %j', (header) => {
    expect(cookies.sessionOf(asked(header))).toBeNull();
  });
});
