import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isLoopbackHost, pageOrigin } from './origins.js';

const ACCESS = {
  adminToken: null,
  mayBeOpen: true,
  sessionIdleSeconds: 60,
  sessionSeconds: 60,
  publicUrl: null,
  trustedProxies: [],
  origins: ['https://app.example', 'http://localhost:4200'],
  frameAncestors: [],
};

function originOf(headers: IncomingHttpHeaders, scheme = 'http', publicUrl: string | null = null) {
  return pageOrigin({ headers } as IncomingMessage, scheme, { ...ACCESS, publicUrl });
}

describe('a Host header', () => {
  it.each([
    'localhost',
    'LOCALHOST:3000',
    'localhost:3000',
    '127.0.0.1',
    '127.0.0.1:80',
    '127.8.9.10:65535',
    '[::1]',
    '[::1]:3000',
  ])('names this machine: %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'example.org',
    'localhost.example.org',
    'notlocalhost',
    '127.0.0.1.nip.io',
    '127.0.0.1.example.org:3000',
    'localhost:3000.example.org',
    'localhost@evil.example',
    'evil.example#localhost',
    'localhost\nevil',
    '127.0.0',
    '128.0.0.1',
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
    '::1',
    '[::ffff:127.0.0.1]',
    'localhost:',
    'localhost:123456',
  ])('names something else: %j', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

describe('the page behind a request', () => {
  const host = 'localhost:3000';

  it('is ours when Origin is the address that was used', () => {
    expect(originOf({ host, origin: 'http://localhost:3000' })).toBe('own');
    expect(originOf({ host, origin: 'https://localhost:3000' }, 'https')).toBe('own');
  });

  it('is ours when Origin is the public address, whatever Host a proxy passed', () => {
    const publicUrl = 'https://files.example.org';
    expect(originOf({ host: 'api:3000', origin: publicUrl }, 'http', publicUrl)).toBe('own');
    expect(originOf({ host: 'api:3000', origin: 'http://api:3000' }, 'http', publicUrl)).toBe('foreign');
  });

  it.each(['https://app.example', 'http://localhost:4200'])('is listed: %s', (origin) => {
    expect(originOf({ host, origin })).toBe('listed');
  });

  it('is listed even where a browser says cross-site', () => {
    expect(originOf({ host, origin: 'https://app.example', 'sec-fetch-site': 'cross-site' })).toBe('listed');
  });

  it.each([
    'https://evil.example',
    'null',
    '',
    'http://localhost:3001',
    'https://localhost:3000',
    'http://localhost',
    'http://app.example',
    'https://app.example.evil',
    'https://app.example:444',
    'https://sub.app.example',
  ])('is foreign: %j', (origin) => {
    expect(originOf({ host, origin })).toBe('foreign');
  });

  it('is foreign when Origin is, whatever Sec-Fetch-Site claims', () => {
    expect(originOf({ host, origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' })).toBe('foreign');
  });

  it.each([
    ['same-origin', 'own'],
    ['none', 'own'],
    ['same-site', 'foreign'],
    ['cross-site', 'foreign'],
    ['anything else', 'foreign'],
  ])('is told by Sec-Fetch-Site %s without an Origin: %s', (site, expected) => {
    expect(originOf({ host, 'sec-fetch-site': site })).toBe(expected);
  });

  it('is none for a client that is no browser', () => {
    expect(originOf({ host })).toBe('none');
    expect(originOf({})).toBe('none');
  });
});
