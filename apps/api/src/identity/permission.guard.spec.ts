import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import type { Role, Scope } from '@stowage/contract';
import { fakeRequest } from '../../test/fake-http.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { RouteDoc } from '../platform/openapi/route-doc.js';
import type { LinkGate } from './link-gate.js';
import { linkRoutes, PermissionGuard, publicRoutes, routePermissions } from './permission.guard.js';
import { letIn, type Principal } from './principal.js';

const route = (method: RouteDoc['method'], path: `/${string}`, permission: RouteDoc['permission']): RouteDoc => ({
  ...{ method, path, permission, id: path, tag: 'x', summary: 'x', answers: [], problems: [] },
});
const ROUTES = [
  route('get', '/healthz', 'public'),
  route('get', '/files/{id}/content', 'files:read'),
  route('post', '/accounts', 'admin'),
  route('get', '/who', 'self'),
  route('get', '/sessions', 'own-account'),
  route('get', '/links/{slug}', 'link'),
  route('get', '/links/{slug}/files/{id}', 'share'),
  route('post', '/r/{slug}/upload', 'request'),
];
/** Lets everybody in who shows the right slug, and says what for. */
const admitted: string[] = [];
const gate: Pick<LinkGate, 'admit'> = {
  admit: (_, slug, need) => {
    if (slug !== 'right') return Promise.reject(new ProblemError('link-not-found', 'no'));
    admitted.push(need);
    return Promise.resolve();
  },
};
const guard = new PermissionGuard(routePermissions(ROUTES), gate as LinkGate);

const memberships = { roles: {}, personal: null };
const account = (role: Role): Principal => ({
  ...{ access: 'account', session: 's', account: { id: 'id', name: 'Maria', role }, memberships },
});
const OPEN: Principal = { access: 'open', session: null };

/** Whether somebody passes, or the code of the refusal. */
async function outcome(method: string, path: string, principal: Principal | null, slug = ''): Promise<string> {
  const request = Object.assign(fakeRequest({ method, path }), { route: { path }, params: { slug } });
  if (principal !== null) letIn(request, principal);
  const context = { switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
  try {
    return (await guard.canActivate(context)) ? 'passes' : 'no';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe('the guard of all routes', () => {
  it('lets pass who may, and nobody else', async () => {
    expect(await outcome('GET', '/healthz', null)).toBe('passes');
    expect(await outcome('GET', '/files/:id/content', null)).toBe('unauthorized');
    expect(await outcome('GET', '/files/:id/content', account('member'))).toBe('passes');
    expect(await outcome('HEAD', '/files/:id/content', account('member'))).toBe('passes');
    expect(await outcome('HEAD', '/files/:id/content', null)).toBe('unauthorized');
    expect(await outcome('POST', '/accounts', account('member'))).toBe('not-permitted');
    expect(await outcome('POST', '/accounts', account('admin'))).toBe('passes');
    expect(await outcome('POST', '/accounts', OPEN)).toBe('passes');
    expect(await outcome('POST', '/accounts', { access: 'token', session: null })).toBe('passes');
  });

  it('lets a token do what is among its scopes and allowed to its account, and nothing for the account itself', async () => {
    const program = (role: Role, scopes: readonly Scope[]): Principal => ({
      ...{
        access: 'api-token',
        session: null,
        scopes,
        spaces: null,
        memberships,
        account: { id: 'id', name: 'Maria', role },
      },
    });
    expect(await outcome('GET', '/files/:id/content', program('member', ['files:read']))).toBe('passes');
    expect(await outcome('GET', '/files/:id/content', program('admin', ['admin']))).toBe('not-permitted');
    expect(await outcome('POST', '/accounts', program('admin', ['admin']))).toBe('passes');
    expect(await outcome('POST', '/accounts', program('member', ['admin']))).toBe('not-permitted');
    expect(await outcome('GET', '/who', program('member', ['files:read']))).toBe('passes');
    expect(await outcome('GET', '/sessions', program('admin', ['admin']))).toBe('not-permitted');
    expect(await outcome('GET', '/sessions', account('member'))).toBe('passes');
  });

  it('lets nobody pass to a route that says nothing', async () => {
    expect(await outcome('DELETE', '/accounts', account('admin'))).toMatch(
      /Nobody knows what delete \/accounts needs/u,
    );
  });

  it('asks at the door of links, whoever else somebody is', async () => {
    expect(await outcome('GET', '/links/:slug', account('admin'), 'wrong')).toBe('link-not-found');
    expect(await outcome('GET', '/links/:slug', OPEN, 'wrong')).toBe('link-not-found');
    expect(await outcome('GET', '/links/:slug', null, 'right')).toBe('passes');
    expect(await outcome('HEAD', '/links/:slug/files/:id', null, 'right')).toBe('passes');
    expect(await outcome('POST', '/r/:slug/upload', account('member'), 'right')).toBe('passes');
    expect(admitted).toEqual(['link', 'share', 'request']);
  });

  it('knows the addresses that are of links, in any case and with a slash at the end', () => {
    const isLinkRoute = linkRoutes(ROUTES);
    for (const asked of [
      ...['GET /links/x', 'HEAD /links/x', 'GET /LINKS/x/', 'GET /links/x/files/y', 'POST /r/x/upload'],
    ]) {
      const [method = '', path = ''] = asked.split(' ');
      expect([asked, isLinkRoute(method, path)]).toEqual([asked, true]);
    }
    for (const asked of [
      ...['POST /links/x', 'GET /links', 'GET /links/', 'GET //links/x', 'GET /links/x/y', 'GET /r/x/upload'],
      ...['GET /links/x/files/y/z', 'GET /x/links/x', 'GET /files/links/x/content', 'GET /who'],
    ]) {
      const [method = '', path = ''] = asked.split(' ');
      expect([asked, isLinkRoute(method, path)]).toEqual([asked, false]);
    }
  });

  it('knows the addresses that are for anybody', () => {
    expect([...publicRoutes(ROUTES)]).toEqual(['GET /healthz']);
  });
});
