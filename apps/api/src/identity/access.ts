import { GRANT_PREFIX, TOKEN_PREFIX } from '@stowage/contract';
import type { NextFunction, Request, Response } from 'express';
import type { AccessConfiguration } from '../platform/config/configuration.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { isApiPage } from '../platform/openapi/api-page.js';
import type { Cookies } from './cookies.js';
import { allowOrigin, answerPreflight } from './cors.js';
import { isLoopbackHost, isWriteFromElsewhere, pageOrigin, SAFE_METHODS as SAFE } from './origins.js';
import { letIn, type Principal } from './principal.js';
import { equalSecrets } from './secrets.js';

/** What the steps have to know of. */
export interface Door {
  readonly access: AccessConfiguration;
  readonly cookies: Pick<Cookies, 'sessionOf'>;
  /** Whether there is an account. */
  readonly setUp: { isDone(): Promise<boolean> };
  /** Who holds the secret of a session that goes on. */
  readonly sessions: { principal(secret: string): Promise<Principal | null> };
  /** Who acts with a token that is good. */
  readonly tokens: { principal(secret: string): Promise<Principal | null> };
  /** Who goes on with one upload. */
  readonly grants: { principal(secret: string): Promise<Principal | null> };
  /** The routes that anybody may call, as `POST /api/session`. */
  readonly publicRoutes: ReadonlySet<string>;
  /** Whether a request is for a route of those who hold a link: whoever stands before that route lets them in. */
  isLinkRoute(method: string, path: string): boolean;
}

/** A step of every request, before its route. */
export type Step = (request: Request, response: Response, next: NextFunction) => void;

/**
 * First step, before anything is served: as long as this machine is let in without asking, only loopback names are
 * answered; and only pages of this server or of a listed origin may call it. A form post needs no preflight, so refusing
 * to *answer* a foreign page would not be enough: the request itself is refused.
 */
export function checkOrigin(door: Door): Step {
  const { access } = door;
  return (request, response, next) => {
    response.vary('Origin');
    const page = pageOrigin(request, request.protocol, access);
    if (page === 'listed') {
      allowOrigin(response, request.headers.origin ?? '');
      if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
        answerPreflight(response);
        return;
      }
    }
    // Following a link from elsewhere to the page itself is fine: it shows nothing until its own requests are let in.
    if (page === 'foreign' && !(SAFE.has(request.method) && isPage(request.path))) {
      next(new ProblemError('origin-not-allowed', 'Pages of this origin are not listed in STOWAGE_ORIGINS.'));
      return;
    }
    if (isLoopbackHost(request.headers.host)) {
      next();
      return;
    }
    void isOpen(door).then((open) => {
      next(
        open
          ? new ProblemError('host-not-allowed', 'Before it is set up, the server answers to loopback names only.')
          : undefined,
      );
    }, next);
  };
}

function isPage(path: string): boolean {
  // Routes do not tell cases apart.
  const address = path.toLowerCase();
  if (isApiPage(address)) return true;
  // Of a file request only the page itself is one: what lies below takes uploads.
  return !address.startsWith('/api/') && !address.startsWith('/upload') && !/^\/r\/.*\/./u.test(address);
}

/** Whether this machine is let in without asking: nobody else can reach the server, and nobody has set it up. */
async function isOpen({ access, setUp }: Door): Promise<boolean> {
  return access.mayBeOpen && !(await setUp.isDone());
}

/** Second step, after the page's own assets: finds out who asks, and refuses whoever may not. */
export function checkPrincipal(door: Door): Step {
  return (request, _response, next) => {
    if (door.isLinkRoute(request.method, request.path)) {
      next();
      return;
    }
    // Whoever watches over the server asks often, and also when there is no database to look somebody up in.
    if (SAFE.has(request.method) && isForAnybody(request, door)) {
      next();
      return;
    }
    admit(request, door).then(() => {
      next();
    }, next);
  };
}

async function admit(request: Request, door: Door): Promise<void> {
  const principal = (await fromBearer(request, door)) ?? (await fromCookie(request, door));
  if (principal !== null) letIn(request, principal);
  else if (await isOpen(door)) letIn(request, { access: 'open', session: null });
  else if (!isForAnybody(request, door) || (await isGone(request, door))) throw await refusal(door);
}

/** @throws ProblemError when there is a bearer that is worth nothing: a cookie beside it does not help */
async function fromBearer(request: Request, door: Door): Promise<Principal | null> {
  const bearer = /^Bearer +(\S+)$/iu.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) return null;
  const { adminToken } = door.access;
  if (adminToken !== null && equalSecrets(bearer, adminToken)) return { access: 'token', session: null };
  const principal = await ofSecret(bearer, door);
  if (principal !== null) return principal;
  if (await isOpen(door)) return null;
  throw await refusal(door);
}

async function ofSecret(bearer: string, { tokens, grants }: Door): Promise<Principal | null> {
  if (bearer.startsWith(TOKEN_PREFIX)) return tokens.principal(bearer);
  return bearer.startsWith(GRANT_PREFIX) ? grants.principal(bearer) : null;
}

async function fromCookie(request: Request, { access, cookies, sessions }: Door): Promise<Principal | null> {
  const secret = cookies.sessionOf(request);
  const principal = secret === null ? null : await sessions.principal(secret);
  if (principal === null) return null;
  // The browser adds the cookie by itself, so a write must also show that a page of ours (or a listed one) made it.
  if (isWriteFromElsewhere(request, access)) {
    throw new ProblemError('origin-not-allowed', 'A write with a session cookie must come from a page of this server.');
  }
  return principal;
}

/** Exactly the addresses of public routes: whatever else leads to them is for those who are let in. */
function isForAnybody({ method, path }: Request, { publicRoutes }: Door): boolean {
  return isApiPage(path) || publicRoutes.has(`${method === 'HEAD' ? 'GET' : method} ${path}`);
}

/** The way to the first account ends with it. */
async function isGone({ path }: Request, { setUp }: Door): Promise<boolean> {
  return path === '/api/setup' && (await setUp.isDone());
}

async function refusal({ access, setUp }: Door): Promise<ProblemError> {
  if (access.adminToken === null && !(await setUp.isDone())) {
    return new ProblemError(
      'not-set-up',
      'Open the link that the start of the server has told, and make the first account.',
    );
  }
  return new ProblemError('unauthorized', 'Send the access token as Authorization: Bearer, or sign in on the page.');
}
