import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { AccessConfiguration } from '../platform/config/configuration.js';

/** Methods that change nothing. */
export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/iu;

/**
 * True when a Host header names this machine itself. Without a token that is the protection against a foreign page whose
 * own name resolves to loopback (DNS rebinding).
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK_NAME.test(host);
}

/** What a request says of the page that made it. */
export type PageOrigin = 'none' | 'own' | 'listed' | 'foreign';

/**
 * Tells whose page made a request, from `Origin` and, where a browser sends none (GET), from `Sec-Fetch-Site`.
 * @param scheme the scheme that the client used, as far as a trusted proxy tells
 */
export function pageOrigin(request: IncomingMessage, scheme: string, access: AccessConfiguration): PageOrigin {
  const { origin } = request.headers;
  if (origin !== undefined) {
    if (access.origins.includes(origin)) return 'listed';
    return origin === (access.publicUrl ?? `${scheme}://${request.headers.host ?? ''}`) ? 'own' : 'foreign';
  }
  const site = request.headers['sec-fetch-site'];
  if (site === undefined) return 'none';
  return site === 'same-origin' || site === 'none' ? 'own' : 'foreign';
}

/** Whether a request would change something, and no page of ours or of a listed origin shows that it has made it. */
export function isWriteFromElsewhere(request: Request, access: AccessConfiguration): boolean {
  if (SAFE_METHODS.has(request.method)) return false;
  const page = pageOrigin(request, request.protocol, access);
  return page !== 'own' && page !== 'listed';
}
