import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ProblemError } from '../platform/http/problem-error.js';
import type { RouteDoc } from '../platform/openapi/route-doc.js';
import { LinkGate, type LinkNeed } from './link-gate.js';
import { permits, principalOf } from './principal.js';

/** What the routes of the application need, as their descriptions say. */
export const ROUTE_PERMISSIONS = Symbol('ROUTE_PERMISSIONS');
/** Permissions by `get /api/files/:id`. */
export type RoutePermissions = ReadonlyMap<string, RouteDoc['permission']>;

/** Puts the permissions of all routes side by side. */
export function routePermissions(routes: readonly RouteDoc[]): RoutePermissions {
  return new Map(
    routes.map(({ method, path, permission }) => [`${method} ${path.replace(/\{(\w+)\}/gu, ':$1')}`, permission]),
  );
}

/** The routes that anybody may call, as `POST /api/session`. */
export function publicRoutes(routes: readonly RouteDoc[]): ReadonlySet<string> {
  return new Set(
    routes.flatMap(({ method, path, permission }) =>
      permission === 'public' ? [`${method.toUpperCase()} ${path}`] : [],
    ),
  );
}

/** Tells the routes of those who hold a link, as `GET /api/links/{slug}`, from all others. */
export function linkRoutes(routes: readonly RouteDoc[]): (method: string, path: string) => boolean {
  const patterns = routes.flatMap(({ method, path, permission }) =>
    // Routes tell neither cases apart, nor a slash at the end.
    isLinkNeed(permission) ? [new RegExp(`^${method} ${path.replace(/\{\w+\}/gu, '[^/]+')}/?$`, 'iu')] : [],
  );
  return (method, path) => {
    const asked = `${method === 'HEAD' ? 'GET' : method} ${path}`;
    return patterns.some((pattern) => pattern.test(asked));
  };
}

function isLinkNeed(permission: RouteDoc['permission']): permission is LinkNeed {
  return permission === 'link' || permission === 'share' || permission === 'request';
}

/** Stands before every route: whoever asks needs the permission that the route's description names. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    @Inject(ROUTE_PERMISSIONS) private readonly permissions: RoutePermissions,
    private readonly links: LinkGate,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const needed = this.needed(request);
    if (needed === 'public') return true;
    if (isLinkNeed(needed)) {
      await this.links.admit(request, String(request.params.slug), needed);
      return true;
    }
    const principal = principalOf(request);
    if (principal === null) throw new ProblemError('unauthorized', 'Sign in first.');
    if (!permits(principal, needed)) {
      throw new ProblemError('not-permitted', 'Ask whoever manages this server, who can let you.');
    }
    return true;
  }

  private needed(request: Request): RouteDoc['permission'] {
    const { path } = request.route as { readonly path: string };
    // Express answers HEAD wherever there is a GET.
    const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
    const needed = this.permissions.get(`${method} ${path}`);
    // A route that says nothing is for nobody.
    if (needed === undefined) throw new Error(`Nobody knows what ${method} ${path} needs.`);
    return needed;
  }
}
