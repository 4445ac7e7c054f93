import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import type { Role, Scope } from '@stowage/contract';
import { fakeRequest } from '../../test/fake-http.js';
import type { RouteDoc } from '../platform/openapi/route-doc.js';
import { PermissionGuard, publicRoutes, routePermissions } from './permission.guard.js';
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
];
const guard = new PermissionGuard(routePermissions(ROUTES));

const memberships = { roles: {}, personal: null };
const account = (role: Role): Principal => ({
  ...{ access: 'account', session: 's', account: { id: 'id', name: 'Maria', role }, memberships },
});
const OPEN: Principal = { access: 'open', session: null };

/** Whether somebody passes, or the code of the refusal. */
function outcome(method: string, path: string, principal: Principal | null): string {
  const request = Object.assign(fakeRequest({ method, path }), { route: { path } });
  if (principal !== null) letIn(request, principal);
  const context = { switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
  try {
    return guard.canActivate(context) ? 'passes' : 'no';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe('the guard of all routes', () => {
  it('lets pass who may, and nobody else', () => {
    expect(outcome('GET', '/healthz', null)).toBe('passes');
    expect(outcome('GET', '/files/:id/content', null)).toBe('unauthorized');
    expect(outcome('GET', '/files/:id/content', account('member'))).toBe('passes');
    expect(outcome('HEAD', '/files/:id/content', account('member'))).toBe('passes');
    expect(outcome('HEAD', '/files/:id/content', null)).toBe('unauthorized');
    expect(outcome('POST', '/accounts', account('member'))).toBe('not-permitted');
    expect(outcome('POST', '/accounts', account('admin'))).toBe('passes');
    expect(outcome('POST', '/accounts', OPEN)).toBe('passes');
    expect(outcome('POST', '/accounts', { access: 'token', session: null })).toBe('passes');
  });

  it('lets a token do what is among its scopes and allowed to its account, and nothing for the account itself', () => {
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
    expect(outcome('GET', '/files/:id/content', program('member', ['files:read']))).toBe('passes');
    expect(outcome('GET', '/files/:id/content', program('admin', ['admin']))).toBe('not-permitted');
    expect(outcome('POST', '/accounts', program('admin', ['admin']))).toBe('passes');
    expect(outcome('POST', '/accounts', program('member', ['admin']))).toBe('not-permitted');
    expect(outcome('GET', '/who', program('member', ['files:read']))).toBe('passes');
    expect(outcome('GET', '/sessions', program('admin', ['admin']))).toBe('not-permitted');
    expect(outcome('GET', '/sessions', account('member'))).toBe('passes');
  });

  it('lets nobody pass to a route that says nothing', () => {
    expect(outcome('DELETE', '/accounts', account('admin'))).toMatch(/Nobody knows what delete \/accounts needs/u);
  });

  it('knows the addresses that are for anybody', () => {
    expect([...publicRoutes(ROUTES)]).toEqual(['GET /healthz']);
  });
});
