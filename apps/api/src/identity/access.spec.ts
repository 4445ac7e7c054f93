import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { fakeRequest, FakeResponse } from '../../test/fake-http.js';
import type { AccessConfiguration } from '../platform/config/configuration.js';
import { type ProblemError } from '../platform/http/problem-error.js';
import { checkOrigin, checkToken, type Step } from './access.js';
import { SessionCookie } from './session-cookie.js';

const TOKEN = 'a-token-of-thirty-two-characters';
const LISTED = 'https://app.example';
const OWN = 'http://localhost:3000';
const OPEN: AccessConfiguration = { adminToken: null, publicUrl: null, trustedProxies: [], origins: [LISTED] };
const CLOSED: AccessConfiguration = { ...OPEN, adminToken: TOKEN };

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: IncomingHttpHeaders;
}

/** What a step does with a request: `next`, `answered`, or the code of its refusal; and what it said. */
function take(step: Step, request: Asked): { outcome: string; response: FakeResponse } {
  const response = new FakeResponse();
  let outcome = 'nothing';
  step(fakeRequest(request), response.asResponse, (error?: unknown) => {
    outcome = error === undefined ? 'next' : (error as ProblemError).code;
  });
  return { outcome: response.headersSent ? 'answered' : outcome, response };
}

describe('who may ask at all, without a token', () => {
  const outcome = (request: Asked) => take(checkOrigin(OPEN), request).outcome;

  it.each(['example.org', '192.168.0.1:3000', 'localhost.evil.example', ''])('not somebody who calls us %j', (host) => {
    for (const path of ['/', '/index', '/api/files', '/upload', '/healthz', '/main.js']) {
      expect(outcome({ path, headers: { host } })).toBe('host-not-allowed');
    }
  });

  it('any program on this machine', () => {
    for (const method of ['GET', 'POST', 'DELETE']) expect(outcome({ method })).toBe('next');
  });

  it('our own page', () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect(outcome({ method, headers: { origin: OWN } })).toBe('next');
      expect(outcome({ method, headers: { 'sec-fetch-site': 'same-origin' } })).toBe('next');
    }
  });

  it('whoever follows a link to a page that tells nothing', () => {
    for (const path of ['/', '/api/docs', '/api/openapi.json']) {
      expect(outcome({ path, headers: { 'sec-fetch-site': 'cross-site' } })).toBe('next');
      expect(outcome({ method: 'POST', path, headers: { 'sec-fetch-site': 'cross-site' } })).toBe('origin-not-allowed');
    }
  });

  it.each(['/upload', '/uploads', '/uploads/x', '/api/files', '/api/uploads', '/API/files', '/Upload'])(
    'no foreign page, at %s',
    (path) => {
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']) {
        expect(outcome({ method, path, headers: { origin: 'https://evil.example' } })).toBe('origin-not-allowed');
        expect(outcome({ method, path, headers: { 'sec-fetch-site': 'cross-site' } })).toBe('origin-not-allowed');
      }
    },
  );

  it('a link from elsewhere to the page, but no form post to it', () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    for (const path of ['/', '/index', '/main-ABCDEFGH.js']) {
      expect(outcome({ path, headers })).toBe('next');
      expect(outcome({ method: 'POST', path, headers })).toBe('origin-not-allowed');
    }
  });
});

describe('who may ask at all, with a token', () => {
  it('is somebody who calls us by any name', () => {
    expect(take(checkOrigin(CLOSED), { headers: { host: 'files.example.org' } }).outcome).toBe('next');
  });

  it('is still no foreign page', () => {
    const request = { method: 'POST', path: '/upload', headers: { origin: 'https://evil.example' } };
    expect(take(checkOrigin(CLOSED), request).outcome).toBe('origin-not-allowed');
  });
});

describe('a listed origin', () => {
  const preflight = (headers: IncomingHttpHeaders) =>
    take(checkOrigin(CLOSED), {
      method: 'OPTIONS',
      path: '/upload',
      headers: { 'access-control-request-method': 'POST', ...headers },
    });

  it('may read the answers', () => {
    const { outcome, response } = take(checkOrigin(CLOSED), { headers: { origin: LISTED } });
    expect(outcome).toBe('next');
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': LISTED,
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
    for (const header of ['Location', 'ETag', 'Retry-After', 'Repr-Digest', 'Content-Range', 'Content-Disposition']) {
      expect(response.headers['access-control-expose-headers']).toContain(header);
    }
  });

  it('gets its preflight answered without a token', () => {
    const { outcome, response } = preflight({ origin: LISTED });
    expect(outcome).toBe('answered');
    expect(response.statusCode).toBe(204);
    expect(response.headers['access-control-allow-origin']).toBe(LISTED);
    const methods = response.headers['access-control-allow-methods']?.split(', ');
    expect(methods).toEqual(expect.arrayContaining(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']));
    const headers = response.headers['access-control-allow-headers']?.toLowerCase().split(', ');
    // What Dropzone sends by default, and what our clients do.
    for (const header of ['accept', 'cache-control', 'x-requested-with', 'authorization', 'content-type', 'range']) {
      expect(headers).toContain(header);
    }
  });

  it.each(['https://evil.example', 'null', 'https://app.example.evil'])('is not %s', (origin) => {
    const { outcome, response } = preflight({ origin });
    expect(outcome).toBe('origin-not-allowed');
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is told apart in caches, whoever asks', () => {
    expect(take(checkOrigin(CLOSED), {}).response.headers['vary']).toBe('Origin');
  });

  it('gets a plain OPTIONS handled as any other request', () => {
    expect(take(checkOrigin(CLOSED), { method: 'OPTIONS', headers: { origin: LISTED } }).outcome).toBe('next');
  });
});

describe('the token', () => {
  const cookie = new SessionCookie(TOKEN, false);
  const session = cookie.issue(Date.now()).split(';')[0] ?? '';
  const outcome = (request: Asked) => take(checkToken(CLOSED, cookie), request).outcome;

  it('is not asked for when none is set', () => {
    expect(take(checkToken(OPEN, null), { method: 'DELETE' }).outcome).toBe('next');
  });

  it.each(['/healthz', '/readyz', '/api/openapi.json', '/api/docs', '/api/docs/page.js'])(
    'is not asked for at %s',
    (path) => {
      expect(outcome({ path })).toBe('next');
    },
  );

  it.each([
    '/',
    '/api/files',
    '/api/session',
    '/upload',
    '/healthz/',
    '/readyz/x',
    '/api/docsx',
    '/api/openapi.json/',
    '/nowhere',
  ])('is asked for at %s', (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) expect(outcome({ method, path })).toBe('unauthorized');
  });

  it.each([
    `Bearer ${TOKEN.toUpperCase()}`,
    `Bearer ${TOKEN} x`,
    `Bearer ${TOKEN}x`,
    'Bearer ',
    `Basic ${TOKEN}`,
    TOKEN,
    '',
  ])('is not %j', (authorization) => {
    expect(outcome({ headers: { authorization } })).toBe('unauthorized');
  });

  it('opens everything, in any case of the scheme', () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
      expect(outcome({ method: 'DELETE', headers: { authorization: `${scheme} ${TOKEN}` } })).toBe('next');
    }
  });

  it('wins over a session when it is wrong', () => {
    expect(outcome({ headers: { authorization: 'Bearer wrong', cookie: session } })).toBe('unauthorized');
  });

  it('can be shown as a session by a page of ours', () => {
    for (const headers of [{ origin: OWN }, { origin: LISTED }, { 'sec-fetch-site': 'same-origin' }]) {
      expect(outcome({ method: 'POST', headers: { ...headers, cookie: session } })).toBe('next');
    }
    expect(outcome({ method: 'GET', headers: { cookie: session } })).toBe('next');
  });

  it.each<IncomingHttpHeaders>([{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])(
    'as a session lets nobody else write: %j',
    (headers) => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expect(outcome({ method, headers: { ...headers, cookie: session } })).toBe('origin-not-allowed');
      }
    },
  );

  it('is not replaced by a session that is over or not ours', () => {
    const over = cookie.issue(Date.now() - 13 * 60 * 60 * 1000).split(';')[0] ?? '';
    const others = new SessionCookie('another token of 32 characters..', false).issue(Date.now()).split(';')[0] ?? '';
    for (const wrong of [over, others]) expect(outcome({ headers: { cookie: wrong } })).toBe('unauthorized');
  });
});
