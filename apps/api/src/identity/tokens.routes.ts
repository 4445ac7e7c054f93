import { apiTokenListSchema, createApiTokenSchema, newApiTokenSchema, type ApiToken } from '@stowage/contract';
import { z } from 'zod';
import type { RouteDoc } from '../platform/openapi/route-doc.js';
import { json, OF_BODIES } from './session.routes.js';

const TOKEN: ApiToken = {
  ...{ id: 'YW5vdGhlciByYW5kb20gaWQx', name: 'nightly backup', scopes: ['files:read'], spaces: null },
  ...{ createdAt: '2026-11-23T10:00:00.000Z', expiresAt: null, lastUsedAt: null },
};

const of = { tag: 'People', permission: 'own-account' } as const;

/** Tokens by which programs act for an account. */
export const TOKENS_ROUTES: readonly RouteDoc[] = [
  {
    ...of,
    method: 'get',
    path: '/api/tokens',
    id: 'listTokens',
    summary: 'List your tokens',
    answers: [{ status: 200, description: 'All of them.', schema: apiTokenListSchema, example: { tokens: [TOKEN] } }],
    problems: ['account-needed'],
  },
  {
    ...of,
    method: 'post',
    path: '/api/tokens',
    id: 'createToken',
    summary: 'Make a token',
    description:
      'For a program that acts for you: it can do what its scopes say, and never more than you. Only somebody who has ' +
      'signed in can make one.',
    body: json(createApiTokenSchema, 'What for, and for how long.', {
      name: 'nightly backup',
      scopes: ['files:read'],
      spaces: null,
      expiresAt: null,
    }),
    answers: [
      {
        status: 201,
        description: 'The secret is told here only.',
        schema: newApiTokenSchema,
        example: { token: TOKEN, secret: `stw_${'A'.repeat(43)}` },
      },
    ],
    problems: ['account-needed', 'space-not-found', 'too-many-tokens', ...OF_BODIES],
  },
  {
    ...of,
    method: 'delete',
    path: '/api/tokens/{id}',
    id: 'revokeToken',
    summary: 'Revoke a token',
    description: 'Effective with the next request, an upload’s next chunk included.',
    parameters: [
      {
        ...{ in: 'path', name: 'id', description: 'Of one of your tokens.', required: true, schema: z.string() },
        example: TOKEN.id,
      },
    ],
    answers: [{ status: 204, description: 'It is worth nothing now.', schema: null }],
    problems: ['account-needed', 'token-not-found'],
  },
];
