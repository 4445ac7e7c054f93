import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { fakeRequest, FakeResponse } from '../../test/fake-http.js';
import type { AccessConfiguration } from '../platform/config/configuration.js';
import { type ProblemError } from '../platform/http/problem-error.js';
import { checkOrigin, checkPrincipal, type Door, type Step } from './access.js';
import { Cookies } from './cookies.js';
import { principalOf, type Principal } from './principal.js';
import { newSecret } from './secrets.js';

const TOKEN = 'a-token-of-thirty-two-characters';
const LISTED = 'https://app.example';
const OWN = 'http://localhost:3000';
const SECRET = newSecret();
const API_TOKEN = `stw_${newSecret()}`;
const memberships = { roles: {}, personal: null };
const MARIA: Principal = {
  ...{ access: 'account', session: 'hers', account: { id: 'id', name: 'Maria', role: 'admin' }, memberships },
};

const PROGRAM: Principal = {
  ...{
    access: 'api-token',
    session: null,
    scopes: ['files:read'],
    spaces: null,
    memberships,
    account: { id: 'id', name: 'Maria', role: 'admin' },
  },
};

const GRANT = `upg_${newSecret()}`;
const GRANTED: Principal = {
  ...{ access: 'grant', session: null, upload: 'one', owner: 'id', isAdmin: false, memberships: null },
};

/** A door of a server with or without a token, that somebody has set up or nobody. */
function door(given: { adminToken?: string; isSetUp?: boolean; mayBeOpen?: boolean } = {}): Door {
  const { adminToken = null, isSetUp = false, mayBeOpen = adminToken === null } = given;
  return {
    access: {
      ...{ adminToken, mayBeOpen, publicUrl: null, trustedProxies: [], origins: [LISTED], frameAncestors: [] },
      ...{ sessionIdleSeconds: 60, sessionSeconds: 60 },
    } satisfies AccessConfiguration,
    cookies: new Cookies(false),
    setUp: { isDone: () => Promise.resolve(isSetUp) },
    sessions: { principal: (secret) => Promise.resolve(secret === SECRET ? MARIA : null) },
    tokens: { principal: (secret) => Promise.resolve(secret === API_TOKEN ? PROGRAM : null) },
    grants: { principal: (secret) => Promise.resolve(secret === GRANT ? GRANTED : null) },
    publicRoutes: new Set(['GET /healthz', 'GET /readyz', 'POST /api/setup', 'POST /api/session']),
    isLinkRoute: (_, path) => path.startsWith('/api/links/'),
  };
}
const OPEN = door();
const CLOSED = door({ adminToken: TOKEN });

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: IncomingHttpHeaders;
}

/** What a step does with a request: `next`, `answered`, or the code of its refusal; and what it said. */
async function take(
  step: Step,
  asked: Asked,
): Promise<{ outcome: string; response: FakeResponse; principal: Principal | null }> {
  const response = new FakeResponse();
  const request = fakeRequest(asked);
  const outcome = await new Promise<string>((resolve) => {
    step(request, response.asResponse, (error?: unknown) => {
      resolve(error === undefined ? 'next' : (error as ProblemError).code);
    });
    if (response.headersSent) resolve('answered');
  });
  return { outcome, response, principal: principalOf(request) };
}

describe('who may ask at all, before there is an account', () => {
  const outcome = async (request: Asked) => (await take(checkOrigin(OPEN), request)).outcome;

  it.each(['example.org', '192.168.0.1:3000', 'localhost.evil.example', ''])(
    'not somebody who calls us %j',
    async (host) => {
      for (const path of ['/', '/index', '/api/files', '/upload', '/healthz', '/main.js']) {
        expect(await outcome({ path, headers: { host } })).toBe('host-not-allowed');
      }
    },
  );

  it('any program on this machine', async () => {
    for (const method of ['GET', 'POST', 'DELETE']) expect(await outcome({ method })).toBe('next');
  });

  it('our own page', async () => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect(await outcome({ method, headers: { origin: OWN } })).toBe('next');
      expect(await outcome({ method, headers: { 'sec-fetch-site': 'same-origin' } })).toBe('next');
    }
  });

  it('whoever follows a link to a page that tells nothing', async () => {
    for (const path of ['/', '/api/docs', '/api/openapi.json']) {
      expect(await outcome({ path, headers: { 'sec-fetch-site': 'cross-site' } })).toBe('next');
      expect(await outcome({ method: 'POST', path, headers: { 'sec-fetch-site': 'cross-site' } })).toBe(
        'origin-not-allowed',
      );
    }
  });

  it.each([
    '/r/x/upload',
    '/R/x/uploads/y',
    '/r/x//upload',
    '/upload',
    '/uploads',
    '/uploads/x',
    '/api/files',
    '/api/uploads',
    '/API/files',
    '/Upload',
  ])('no foreign page, at %s', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS']) {
      expect(await outcome({ method, path, headers: { origin: 'https://evil.example' } })).toBe('origin-not-allowed');
      expect(await outcome({ method, path, headers: { 'sec-fetch-site': 'cross-site' } })).toBe('origin-not-allowed');
    }
  });

  it('a link from elsewhere to the page, but no form post to it', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    for (const path of ['/', '/index', '/main-ABCDEFGH.js', '/s/x', '/r/x']) {
      expect(await outcome({ path, headers })).toBe('next');
      expect(await outcome({ method: 'POST', path, headers })).toBe('origin-not-allowed');
    }
  });
});

describe('who may ask at all, with a token, an account, or a server for all', () => {
  it('is somebody who calls us by any name', async () => {
    for (const one of [CLOSED, door({ isSetUp: true }), door({ mayBeOpen: false })]) {
      const { outcome } = await take(checkOrigin(one), { headers: { host: 'files.example.org' } });
      expect(outcome).toBe('next');
    }
  });

  it('is still no foreign page', async () => {
    const request = { method: 'POST', path: '/upload', headers: { origin: 'https://evil.example' } };
    expect((await take(checkOrigin(CLOSED), request)).outcome).toBe('origin-not-allowed');
  });
});

describe('a listed origin', () => {
  const preflight = (headers: IncomingHttpHeaders) =>
    take(checkOrigin(CLOSED), {
      method: 'OPTIONS',
      path: '/upload',
      headers: { 'access-control-request-method': 'POST', ...headers },
    });

  it('may read the answers', async () => {
    const { outcome, response } = await take(checkOrigin(CLOSED), { headers: { origin: LISTED } });
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

  it('gets its preflight answered without a token', async () => {
    const { outcome, response } = await preflight({ origin: LISTED });
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

  it.each(['https://evil.example', 'null', 'https://app.example.evil'])('is not %s', async (origin) => {
    const { outcome, response } = await preflight({ origin });
    expect(outcome).toBe('origin-not-allowed');
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is told apart in caches, whoever asks', async () => {
    expect((await take(checkOrigin(CLOSED), {})).response.headers['vary']).toBe('Origin');
  });

  it('gets a plain OPTIONS handled as any other request', async () => {
    expect((await take(checkOrigin(CLOSED), { method: 'OPTIONS', headers: { origin: LISTED } })).outcome).toBe('next');
  });
});

describe('who asks', () => {
  const session = `stowage=${SECRET}`;
  const outcome = async (one: Door, request: Asked) => {
    const { outcome: said, principal } = await take(checkPrincipal(one), request);
    return said === 'next' ? (principal?.access ?? 'nobody') : said;
  };
  const SET_UP = door({ isSetUp: true });
  const BOTH = door({ adminToken: TOKEN, isSetUp: true });
  const FRESH = door({ mayBeOpen: false });

  it('is anybody on this machine, before there is an account or a token', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }, { cookie: 'stowage=x' }]) {
      expect(await outcome(OPEN, { method: 'DELETE', headers })).toBe('open');
    }
  });

  it.each(['/healthz', '/readyz', '/api/openapi.json', '/api/docs', '/api/docs/page.js'])(
    'is nobody in particular at %s',
    async (path) => {
      for (const one of [CLOSED, SET_UP, FRESH]) expect(await outcome(one, { path })).toBe('nobody');
    },
  );

  it.each(['/', '/api/files', '/api/session', '/upload', '/healthz/', '/readyz/x', '/api/docsx', '/nowhere'])(
    'has to be known at %s',
    async (path) => {
      for (const method of ['GET', 'DELETE', 'OPTIONS', 'PUT']) {
        expect(await outcome(CLOSED, { method, path })).toBe('unauthorized');
        expect(await outcome(SET_UP, { method, path })).toBe('unauthorized');
        expect(await outcome(FRESH, { method, path })).toBe('not-set-up');
      }
    },
  );

  it('is whoever signs in; or sets up, until it is done', async () => {
    const signIn = { method: 'POST', path: '/api/session' };
    const setUp = { method: 'POST', path: '/api/setup' };
    for (const one of [CLOSED, SET_UP, FRESH]) expect(await outcome(one, signIn)).toBe('nobody');
    for (const one of [CLOSED, FRESH]) expect(await outcome(one, setUp)).toBe('nobody');
    for (const one of [SET_UP, BOTH]) expect(await outcome(one, setUp)).toBe('unauthorized');
    for (const path of ['/api/session/', '/API/session', '/api/setup/', '/api/Setup', '//api/setup']) {
      for (const one of [CLOSED, SET_UP]) expect(await outcome(one, { method: 'POST', path })).toBe('unauthorized');
    }
  });

  it.each([`Bearer ${TOKEN.toUpperCase()}`, `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, TOKEN, 'Bearer ', ''])(
    'does not have the token with %j',
    async (authorization) => {
      for (const one of [CLOSED, BOTH]) expect(await outcome(one, { headers: { authorization } })).toBe('unauthorized');
    },
  );

  it('has the token, in any case of the scheme', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
      const request = { method: 'DELETE', headers: { authorization: `${scheme} ${TOKEN}` } };
      for (const one of [CLOSED, BOTH]) expect(await outcome(one, request)).toBe('token');
      expect(await outcome(SET_UP, request)).toBe('unauthorized');
    }
  });

  it('has the token of an account, and no cookie beside it helps or hurts', async () => {
    const headers = { authorization: `Bearer ${API_TOKEN}`, cookie: session };
    for (const one of [CLOSED, SET_UP]) expect(await outcome(one, { method: 'POST', headers })).toBe('api-token');
    for (const wrong of [`${API_TOKEN}x`, API_TOKEN.slice(4), API_TOKEN.toLowerCase()]) {
      expect(await outcome(SET_UP, { headers: { authorization: `Bearer ${wrong}` } })).toBe('unauthorized');
    }
  });

  it('goes on with an upload, by the secret of its own', async () => {
    const headers = { authorization: `Bearer ${GRANT}` };
    for (const one of [CLOSED, SET_UP]) expect(await outcome(one, { method: 'PATCH', headers })).toBe('grant');
    for (const wrong of [`${GRANT}x`, GRANT.replace('upg_', 'stw_'), GRANT.slice(4)]) {
      expect(await outcome(SET_UP, { headers: { authorization: `Bearer ${wrong}` } })).toBe('unauthorized');
    }
  });

  it('is told by a wrong token rather than by a cookie', async () => {
    for (const one of [CLOSED, SET_UP]) {
      const headers = { authorization: 'Bearer wrong', cookie: session };
      expect(await outcome(one, { headers })).toBe('unauthorized');
    }
  });

  it('has a session, shown by a page of ours', async () => {
    for (const one of [OPEN, CLOSED, SET_UP]) {
      for (const headers of [{ origin: OWN }, { origin: LISTED }, { 'sec-fetch-site': 'same-origin' }]) {
        expect(await outcome(one, { method: 'POST', headers: { ...headers, cookie: `a=b; ${session}; c=d` } })).toBe(
          'account',
        );
      }
      expect(await outcome(one, { method: 'GET', headers: { cookie: session } })).toBe('account');
    }
  });

  it.each<IncomingHttpHeaders>([{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])(
    'with a session writes only from a page of ours: %j',
    async (headers) => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        for (const path of ['/upload', '/api/session', '/api/files']) {
          const asked = { method, path, headers: { ...headers, cookie: session } };
          expect(await outcome(SET_UP, asked)).toBe('origin-not-allowed');
        }
      }
    },
  );

  it('is nobody with a session that is over or made up', async () => {
    for (const value of ['', 'x', newSecret(), `${SECRET}x`, SECRET.toLowerCase()]) {
      expect(await outcome(SET_UP, { headers: { cookie: `stowage=${value}` } })).toBe('unauthorized');
    }
  });

  it('is refused when the database cannot tell', async () => {
    const away: Door = { ...SET_UP, sessions: { principal: () => Promise.reject(new TypeError('away')) } };
    const { outcome: said } = await take(checkPrincipal(away), { headers: { cookie: session } });
    expect(said).not.toBe('next');
  });
});

describe('a route of those who hold a link', () => {
  it('is left to whoever stands before it, whoever asks, with whatever', async () => {
    for (const headers of [
      {},
      { authorization: `Bearer ${API_TOKEN}` },
      { authorization: 'Bearer nothing' },
      { cookie: `stowage=${SECRET}` },
    ]) {
      const { outcome, principal } = await take(checkPrincipal(CLOSED), {
        path: '/api/links/x',
        method: 'POST',
        headers,
      });
      expect([outcome, principal]).toEqual(['next', null]);
    }
  });
});
