import type { NextFunction, Request, Response } from 'express';
import type { AccessConfiguration } from '../platform/config/configuration.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { isApiPage } from '../platform/openapi/api-page.js';
import { allowOrigin, answerPreflight } from './cors.js';
import { isLoopbackHost, pageOrigin } from './origins.js';
import { equalSecrets, type SessionCookie } from './session-cookie.js';

/** Methods that change nothing. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Routes that tell nothing of anybody's: supervisors call them without a token. */
const OPEN = new Set(['/healthz', '/readyz']);

/** A step of every request, before its route. */
export type Step = (request: Request, response: Response, next: NextFunction) => void;

/**
 * First step, before anything is served: without a token only loopback names are answered, and only pages of this server
 * or of a listed origin may call it. A form post needs no preflight, so refusing to *answer* a foreign page would not be
 * enough: the request itself is refused.
 */
export function checkOrigin(access: AccessConfiguration): Step {
  return (request, response, next) => {
    if (access.adminToken === null && !isLoopbackHost(request.headers.host)) {
      next(
        new ProblemError(
          'host-not-allowed',
          'Without STOWAGE_ADMIN_TOKEN only localhost and loopback addresses are answered.',
        ),
      );
      return;
    }
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
    next();
  };
}

function isPage(path: string): boolean {
  // Routes do not tell cases apart.
  const address = path.toLowerCase();
  return isApiPage(address) || (!address.startsWith('/api/') && !address.startsWith('/upload'));
}

/** Second step, after the page's own assets: with a token set, every other request must show it or a session made from it. */
export function checkToken(access: AccessConfiguration, cookie: SessionCookie | null): Step {
  const { adminToken } = access;
  if (adminToken === null || cookie === null) {
    return (_request, _response, next) => {
      next();
    };
  }
  return (request, _response, next) => {
    if (OPEN.has(request.path) || isApiPage(request.path)) {
      next();
      return;
    }
    const bearer = /^Bearer +(\S+)$/iu.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) {
      next(equalSecrets(bearer, adminToken) ? undefined : unauthorized());
      return;
    }
    if (!cookie.accepts(request.headers.cookie, Date.now())) {
      next(unauthorized());
      return;
    }
    // The browser adds the cookie by itself, so a write must also show that a page of ours (or a listed one) made it.
    const page = pageOrigin(request, request.protocol, access);
    if (!SAFE.has(request.method) && page !== 'own' && page !== 'listed') {
      next(
        new ProblemError('origin-not-allowed', 'A write with a session cookie must come from a page of this server.'),
      );
      return;
    }
    next();
  };
}

function unauthorized(): ProblemError {
  return new ProblemError('unauthorized', 'Send the access token as Authorization: Bearer, or sign in on the page.');
}
