import { z } from 'zod';
import type { RouteDoc } from '../platform/openapi/route-doc.js';

const cookie = { 'Set-Cookie': { description: 'HttpOnly, SameSite=Strict.', schema: z.string() } };

/** A cookie for browsers. */
export const SESSION_ROUTES: readonly RouteDoc[] = [
  {
    method: 'post',
    path: '/api/session',
    id: 'signIn',
    tag: 'Session',
    summary: 'Exchange the token for a cookie',
    description: 'The request has to show the token itself. A server without a token gives no cookie and needs none.',
    answers: [{ status: 204, description: 'Signed in.', schema: null, headers: cookie }],
    problems: ['unauthorized'],
  },
  {
    method: 'delete',
    path: '/api/session',
    id: 'signOut',
    tag: 'Session',
    summary: 'Give the cookie back',
    answers: [{ status: 204, description: 'Signed out.', schema: null, headers: cookie }],
    problems: [],
  },
];
