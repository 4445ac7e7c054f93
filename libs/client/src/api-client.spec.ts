import { describe, expect, it, jest } from '@jest/globals';
import { LIMITS, refusal } from '../test/fake-server.js';
import { ApiClient } from './api-client.js';
import { ProblemError } from './problem-error.js';

type Answer = () => Response | Promise<Response>;

function client(answer: Answer, more: Partial<ConstructorParameters<typeof ApiClient>[0]> = {}) {
  const fetch = jest.fn<typeof globalThis.fetch>().mockImplementation(async () => answer());
  return { api: new ApiClient({ fetch, ...more }), fetch };
}

describe('the API client', () => {
  it('reads what the contract describes', async () => {
    const { api, fetch } = client(() => Response.json(LIMITS), { baseUrl: 'http://localhost:1' });
    await expect(api.limits()).resolves.toEqual(LIMITS);
    expect(fetch).toHaveBeenCalledWith('http://localhost:1/api/limits', expect.objectContaining({ method: 'GET' }));
  });

  it('refuses an answer that the contract does not describe', async () => {
    const { api } = client(() => new Response('<html>Welcome to the hotel</html>'));
    await expect(api.listFiles()).rejects.toMatchObject({ code: 'unexpected-answer', retryable: false });
  });

  it('puts the query where it belongs', async () => {
    const { api, fetch } = client(() => Response.json({ uploads: [], total: 0, bytes: 0, next: null }));
    await api.listUploads({ states: ['receiving', 'completing'], limit: 5, cursor: null });
    expect(fetch).toHaveBeenCalledWith('/api/uploads?state=receiving%2Ccompleting&limit=5', expect.anything());
    await api.listFiles({ space: 'a&b', cursor: 'x' }).catch(() => undefined);
    expect(fetch).toHaveBeenLastCalledWith('/api/files?space=a%26b&cursor=x', expect.anything());
    await api.listUploads({ dzuuid: 'a&b' });
    expect(fetch).toHaveBeenLastCalledWith('/api/uploads?dzuuid=a%26b', expect.anything());
  });

  it('sends what changes as JSON', async () => {
    const upload = { id: 'a'.repeat(22), state: 'completing', length: 1, received: 1 };
    const { api, fetch } = client(() => Response.json({ upload, complete: false }));
    await expect(api.completeUpload(upload.id, { conflict: 'rename' })).resolves.toMatchObject({ complete: false });
    expect(fetch).toHaveBeenLastCalledWith(
      `/api/uploads/${upload.id}/complete`,
      expect.objectContaining({ method: 'POST', body: '{"conflict":"rename"}' }),
    );
    expect(fetch.mock.calls[0]?.[1]?.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it('asks for digests from an offset on, and keeps an upload longer', async () => {
    const { api, fetch } = client(() => Response.json({ digests: [], next: null }));
    await expect(api.uploadDigests('x', 8)).resolves.toEqual({ digests: [], next: null });
    expect(fetch).toHaveBeenLastCalledWith('/api/uploads/x/digests?from=8', expect.objectContaining({ method: 'GET' }));
    await api.extendUpload('x').catch(() => undefined);
    expect(fetch).toHaveBeenLastCalledWith('/api/uploads/x/extend', expect.objectContaining({ method: 'POST' }));
  });

  it('manages accounts', async () => {
    const person = {
      ...{ id: 'a'.repeat(22), name: 'Adam', role: 'member', state: 'invited' },
      ...{ createdAt: '2026-01-02T03:04:05.000Z', lastSignedInAt: null, linkExpiresAt: null },
    };
    const link = { url: '/password#x', expiresAt: '2026-01-02T03:04:05.000Z' };
    const answers: unknown[] = [
      { accounts: [person], next: null },
      { account: person, link },
      person,
      link,
      { name: 'Adam', kind: 'reset' },
      { access: 'account', account: person, signedIn: true },
    ];
    const { api, fetch } = client(() => Response.json(answers.shift() ?? {}));
    await expect(api.listAccounts({ cursor: 'x' })).resolves.toEqual({ accounts: [person], next: null });
    await expect(api.invite({ name: 'Adam', role: 'member' })).resolves.toEqual({ account: person, link });
    await expect(api.changeAccount('a/b', { disabled: true })).resolves.toEqual(person);
    await expect(api.makePasswordLink(person.id)).resolves.toEqual(link);
    await expect(api.lookAtLink('secret')).resolves.toEqual({ name: 'Adam', kind: 'reset' });
    await expect(api.useLink({ token: 'secret', password: 'x' })).resolves.toMatchObject({ signedIn: true });
    await api.withdrawInvitation(person.id);
    expect(fetch.mock.calls.map(([url, init]) => [init?.method, url, init?.body])).toEqual([
      ['GET', '/api/accounts?cursor=x', undefined],
      ['POST', '/api/accounts', '{"name":"Adam","role":"member"}'],
      ['PATCH', '/api/accounts/a%2Fb', '{"disabled":true}'],
      ['POST', `/api/accounts/${person.id}/link`, undefined],
      ['POST', '/api/password-links/look', '{"token":"secret"}'],
      ['POST', '/api/password-links/use', '{"token":"secret","password":"x"}'],
      ['DELETE', `/api/accounts/${person.id}`, undefined],
    ]);
  });

  it('makes tokens and revokes them', async () => {
    const wanted = { name: 'backup', scopes: ['files:read' as const], spaces: null, expiresAt: null };
    const token = { ...wanted, id: 'a'.repeat(22), createdAt: '2026-01-02T03:04:05.000Z', lastUsedAt: null };
    const answers: unknown[] = [{ tokens: [token] }, { token, secret: 'stw_x' }];
    const { api, fetch } = client(() => Response.json(answers.shift() ?? {}));
    await expect(api.listTokens()).resolves.toEqual({ tokens: [token] });
    await expect(api.createToken(wanted)).resolves.toEqual({ token, secret: 'stw_x' });
    await api.revokeToken(token.id);
    expect(fetch.mock.calls.map(([url, init]) => [init?.method, url, init?.body])).toEqual([
      ['GET', '/api/tokens', undefined],
      ['POST', '/api/tokens', JSON.stringify(wanted)],
      ['DELETE', `/api/tokens/${token.id}`, undefined],
    ]);
  });

  it('turns a refusal into a problem', async () => {
    const { api } = client(() => refusal('file-not-found', 'It was deleted.'));
    const error = await api.deleteFile('x').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ code: 'file-not-found', status: 404, retryable: false, message: 'It was deleted.' });
  });

  it('tells whether the server was reached', async () => {
    const onContact = jest.fn();
    const up = client(() => refusal('internal'), { onContact });
    await up.api.limits().catch(() => undefined);
    const down = client(() => Promise.reject(new TypeError('fetch failed')), { onContact });
    await expect(down.api.limits()).rejects.toMatchObject({ code: 'network', retryable: true, status: 0 });
    const proxied = client(() => new Response('Bad Gateway', { status: 502 }), { onContact });
    await expect(proxied.api.limits()).rejects.toMatchObject({ code: 'http-error', retryable: true });
    expect(onContact.mock.calls).toEqual([[true], [false], [false]]);
  });

  it('gives up a call that nobody answers', async () => {
    jest.useFakeTimers();
    try {
      const fetch: typeof globalThis.fetch = (_, init) =>
        new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
      const onContact = jest.fn();
      const outcome = new ApiClient({ fetch, onContact }).limits().catch((error: unknown) => error);
      await jest.advanceTimersByTimeAsync(120_000);
      expect(await outcome).toMatchObject({ code: 'network', retryable: true });
      expect(onContact.mock.calls).toEqual([[false]]);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('passes an abort on as it is', async () => {
    const { api } = client(() => Promise.reject(new DOMException('Aborted', 'AbortError')));
    const abort = new AbortController();
    abort.abort('reason');
    await expect(api.limits(abort.signal)).rejects.toBe('reason');
  });

  it('asks for a session once, then repeats the call', async () => {
    let signedIn = false;
    const asked = performance.now();
    const reauthorize = jest.fn(async (sentAt: number) => (signedIn = sentAt >= asked));
    const { api } = client(() => (signedIn ? Response.json(LIMITS) : refusal('unauthorized')), { reauthorize });
    await expect(api.limits()).resolves.toEqual(LIMITS);
    expect(reauthorize).toHaveBeenCalledTimes(1);
  });

  it('exchanges a token for a session, and does not ask for one when it is wrong', async () => {
    const reauthorize = jest.fn(async () => true);
    const { api, fetch } = client(() => refusal('unauthorized'), { reauthorize });
    await expect(api.createSession('secret')).rejects.toMatchObject({ code: 'unauthorized' });
    expect(reauthorize).not.toHaveBeenCalled();
    expect(fetch.mock.calls[0]?.[1]?.headers).toMatchObject({ authorization: 'Bearer secret' });
  });

  it('signs in and sets up without asking anybody else to sign in', async () => {
    const who = { access: 'account', account: { id: 'a'.repeat(22), name: 'Maria', role: 'member' }, signedIn: true };
    const reauthorize = jest.fn(async () => true);
    const { api, fetch } = client(() => Response.json(who), { reauthorize });
    await expect(api.signIn({ name: 'Maria', password: 'x' })).resolves.toEqual(who);
    await expect(api.setUp({ token: 't', name: 'Maria', password: 'x' })).resolves.toEqual(who);
    await expect(api.createSession('secret')).resolves.toEqual(who);
    await expect(api.whoAsks()).resolves.toEqual(who);
    expect(fetch.mock.calls.map(([url, init]) => `${init?.method ?? ''} ${url as string}`)).toEqual([
      ...['POST /api/session', 'POST /api/setup', 'POST /api/session', 'GET /api/session'],
    ]);
    expect(fetch.mock.calls[0]?.[1]?.body).toBe('{"name":"Maria","password":"x"}');
    const refused = client(() => refusal('unauthorized'), { reauthorize }).api;
    await expect(refused.signIn({ name: 'Maria', password: 'x' })).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(refused.setUp({ token: 't', name: 'M', password: 'x' })).rejects.toMatchObject({
      code: 'unauthorized',
    });
    await expect(refused.deleteSession()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(reauthorize).not.toHaveBeenCalled();
  });

  it('tells whoever is asked to sign in that there is nobody yet who could', async () => {
    const reauthorize = jest.fn<(sentAt: number, code: string) => Promise<boolean>>(async () => false);
    const { api } = client(() => refusal('not-set-up'), { reauthorize });
    await expect(api.whoAsks()).rejects.toMatchObject({ code: 'not-set-up' });
    expect(reauthorize).toHaveBeenCalledWith(expect.any(Number), 'not-set-up');
  });

  it('lists sessions, ends them, and changes a password, of which a wrong one is no reason to sign in', async () => {
    const reauthorize = jest.fn(async () => true);
    const { api, fetch } = client(() => Response.json({ sessions: [] }), { reauthorize });
    await expect(api.listSessions()).resolves.toEqual({ sessions: [] });
    await api.endSession('a/b');
    await api.endOtherSessions();
    await api.changePassword({ current: 'x', password: 'y' });
    expect(fetch.mock.calls.map(([url, init]) => `${init?.method ?? ''} ${url as string}`)).toEqual([
      ...['GET /api/sessions', 'DELETE /api/sessions/a%2Fb', 'DELETE /api/sessions', 'PUT /api/account/password'],
    ]);
    const wrong = client(() => refusal('sign-in-failed'), { reauthorize }).api;
    await expect(wrong.changePassword({ current: 'x', password: 'y' })).rejects.toMatchObject({
      code: 'sign-in-failed',
    });
    expect(reauthorize).not.toHaveBeenCalled();
  });

  it('knows a living server from a dead one', async () => {
    await expect(client(() => Response.json({ status: 'ok' })).api.isAlive()).resolves.toBe(true);
    await expect(client(() => new Response('', { status: 503 })).api.isAlive()).resolves.toBe(false);
    await expect(client(() => Promise.reject(new TypeError())).api.isAlive()).resolves.toBe(false);
  });
});
