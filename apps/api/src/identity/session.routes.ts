import {
  changePasswordSchema,
  sessionListSchema,
  setUpSchema,
  signInSchema,
  whoAsksSchema,
  type WhoAsks,
} from '@stowage/contract';
import { z } from 'zod';
import type { BodyDoc, RouteDoc } from '../platform/openapi/route-doc.js';

/** Headers of an answer that signs in or out. */
export const cookie = {
  'Set-Cookie': { description: 'HttpOnly, SameSite=Lax; behind https also Secure.', schema: z.string() },
};

/** Somebody who has signed in. */
export const MARIA: WhoAsks = {
  access: 'account',
  account: { id: 'cmVxdWVzdCBpZCBhcyBsb2dz', name: 'Maria', role: 'admin' },
  signedIn: true,
};

/** A body of JSON. */
export function json(schema: z.ZodType, description: string, example: unknown): BodyDoc {
  return { mediaType: 'application/json', schema, required: true, description, examples: { usual: example } };
}

/** What every JSON body can be refused for. */
export const OF_BODIES = ['unsupported-media-type', 'unsupported-encoding', 'body-too-large'] as const;

/** People: the first account, signing in and out, and where one is signed in. */
export const SESSION_ROUTES: readonly RouteDoc[] = [
  {
    method: 'post',
    path: '/api/setup',
    id: 'setUp',
    permission: 'public',
    tag: 'People',
    summary: 'Make the first account',
    description: 'With the link that the start of the server has told. Afterwards there is nothing at this address.',
    body: json(setUpSchema, 'The secret of the link, and who you are.', {
      token: 'A'.repeat(43),
      name: 'Maria',
      password: 'a walrus in the kitchen',
    }),
    answers: [{ status: 200, description: 'Signed in.', schema: whoAsksSchema, headers: cookie, example: MARIA }],
    problems: ['link-not-valid', 'invalid-name', 'password-refused', 'not-found', 'overloaded', ...OF_BODIES],
  },
  {
    method: 'get',
    path: '/api/session',
    id: 'whoAsks',
    permission: 'self',
    tag: 'People',
    summary: 'Tell who asks',
    answers: [{ status: 200, description: 'Who asks.', schema: whoAsksSchema, example: MARIA }],
    problems: [],
  },
  {
    method: 'post',
    path: '/api/session',
    id: 'signIn',
    permission: 'public',
    tag: 'People',
    summary: 'Sign in',
    description:
      'With name and password; or without a body and with the access token as a bearer. Only wrong passwords are counted, ' +
      'and whoever has signed in with the same browser before is counted apart from strangers.',
    body: {
      ...json(signInSchema, 'Missing beside the access token.', { name: 'maria', password: 'a walrus in the kitchen' }),
      required: false,
    },
    answers: [{ status: 200, description: 'Signed in.', schema: whoAsksSchema, headers: cookie, example: MARIA }],
    problems: ['sign-in-failed', 'too-many-attempts', 'overloaded', ...OF_BODIES],
  },
  {
    method: 'delete',
    path: '/api/session',
    id: 'signOut',
    permission: 'own-account',
    tag: 'People',
    summary: 'Sign out',
    answers: [{ status: 204, description: 'The session is over.', schema: null, headers: cookie }],
    problems: [],
  },
  {
    method: 'get',
    path: '/api/sessions',
    id: 'listSessions',
    permission: 'own-account',
    tag: 'People',
    summary: 'List where you are signed in',
    answers: [{ status: 200, description: 'The newest 200.', schema: sessionListSchema }],
    problems: ['account-needed'],
  },
  {
    method: 'delete',
    path: '/api/sessions',
    id: 'endOtherSessions',
    permission: 'own-account',
    tag: 'People',
    summary: 'Sign out everywhere else',
    answers: [{ status: 204, description: 'All other sessions are over.', schema: null }],
    problems: ['account-needed'],
  },
  {
    method: 'delete',
    path: '/api/sessions/{id}',
    id: 'endSession',
    permission: 'own-account',
    tag: 'People',
    summary: 'Sign out elsewhere',
    description: 'Effective with the next request of that browser, an upload’s next chunk included.',
    parameters: [
      {
        in: 'path',
        name: 'id',
        description: 'Of one of your sessions.',
        required: true,
        schema: z.string(),
        example: 'cmVxdWVzdCBpZCBhcyBsb2dz',
      },
    ],
    answers: [{ status: 204, description: 'It is over.', schema: null }],
    problems: ['session-not-found', 'account-needed'],
  },
  {
    method: 'put',
    path: '/api/account/password',
    id: 'changePassword',
    permission: 'own-account',
    tag: 'People',
    summary: 'Change your password',
    description: 'Ends all your sessions and begins one.',
    body: json(changePasswordSchema, 'The old password and the new one.', {
      current: 'a walrus in the kitchen',
      password: 'three blind mice run',
    }),
    answers: [{ status: 204, description: 'It is changed.', schema: null, headers: cookie }],
    problems: ['sign-in-failed', 'password-refused', 'too-many-attempts', 'account-needed', 'overloaded', ...OF_BODIES],
  },
];
