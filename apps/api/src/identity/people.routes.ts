import {
  DEFAULT_PAGE_SIZE,
  MAX_PAGE_SIZE,
  changePersonSchema,
  invitedSchema,
  inviteSchema,
  linkFactsSchema,
  lookAtLinkSchema,
  passwordLinkSchema,
  personListSchema,
  personSchema,
  useLinkSchema,
  whoAsksSchema,
  type PasswordLink,
  type Person,
} from '@stowage/contract';
import { z } from 'zod';
import { queryParameters } from '../platform/openapi/query-parameters.js';
import type { ParameterDoc, RouteDoc } from '../platform/openapi/route-doc.js';
import { cookie, json, MARIA, OF_BODIES } from './session.routes.js';

/** `GET /api/accounts?limit=…&cursor=…`. */
export const listPeopleQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE).describe('Accounts on a page.'),
  cursor: z
    .string()
    .max(1000)
    .transform((text) => Buffer.from(text, 'base64url').toString('utf8'))
    .refine((key) => !key.includes('\0'), 'must be one that this server gave out')
    .optional()
    .describe('`next` of the page before.'),
});

const id: ParameterDoc = {
  ...{ in: 'path', name: 'id', description: 'Id of the account.', required: true, schema: z.string() },
  example: 'cmVxdWVzdCBpZCBhcyBsb2dz',
};

const ADAM: Person = {
  ...{ id: 'YW5vdGhlciByYW5kb20gaWQx', name: 'Adam', role: 'member', state: 'invited' },
  ...{ createdAt: '2026-11-23T10:00:00.000Z', lastSignedInAt: null, linkExpiresAt: '2026-11-23T11:00:00.000Z' },
};
const LINK: PasswordLink = { url: `/password#${'A'.repeat(43)}`, expiresAt: '2026-11-23T11:00:00.000Z' };

const tag = 'People';
const of = { tag, permission: 'admin' } as const;
const SET_UP_FIRST = 'account-needed';

/** Accounts, for those who manage the server; and the links by which people choose their passwords. */
export const PEOPLE_ROUTES: readonly RouteDoc[] = [
  {
    ...of,
    method: 'get',
    path: '/api/accounts',
    id: 'listAccounts',
    summary: 'List accounts by name',
    parameters: queryParameters(listPeopleQuery),
    answers: [
      { status: 200, description: 'A page.', schema: personListSchema, example: { accounts: [ADAM], next: null } },
    ],
    problems: [],
  },
  {
    ...of,
    method: 'post',
    path: '/api/accounts',
    id: 'invite',
    summary: 'Invite somebody',
    description: 'Hand the link over: whoever opens it chooses the password. It is told here only.',
    body: json(inviteSchema, 'Who, and as what.', { name: 'Adam', role: 'member' }),
    answers: [{ status: 201, description: 'Invited.', schema: invitedSchema, example: { account: ADAM, link: LINK } }],
    problems: ['invalid-name', 'account-name-taken', SET_UP_FIRST, ...OF_BODIES],
  },
  {
    ...of,
    method: 'patch',
    path: '/api/accounts/{id}',
    id: 'changeAccount',
    summary: 'Change what somebody may do',
    description: 'Effective with the next request of that account, an upload’s next chunk included.',
    parameters: [id],
    body: json(changePersonSchema, 'What is left out stays as it is.', { disabled: true }),
    answers: [{ status: 200, description: 'As it is now.', schema: personSchema, example: ADAM }],
    problems: ['account-not-found', 'last-admin', ...OF_BODIES],
  },
  {
    ...of,
    method: 'delete',
    path: '/api/accounts/{id}',
    id: 'withdrawInvitation',
    summary: 'Withdraw an invitation',
    parameters: [id],
    answers: [{ status: 204, description: 'The account is gone.', schema: null }],
    problems: ['account-not-found', 'account-in-use'],
  },
  {
    ...of,
    method: 'post',
    path: '/api/accounts/{id}/link',
    id: 'makePasswordLink',
    summary: 'Make a new link for a password',
    description:
      'For an invitation whose hour is over, or a forgotten password, which stays good until the link is used. The former ' +
      'link is over.',
    parameters: [id],
    answers: [{ status: 201, description: 'Told here only.', schema: passwordLinkSchema, example: LINK }],
    problems: ['account-not-found', 'account-disabled'],
  },
  {
    method: 'post',
    path: '/api/password-links/look',
    id: 'lookAtPasswordLink',
    tag,
    permission: 'public',
    summary: 'Tell whose link it is',
    body: json(lookAtLinkSchema, 'The secret of the link.', { token: 'A'.repeat(43) }),
    answers: [
      { status: 200, description: 'Whose.', schema: linkFactsSchema, example: { name: 'Adam', kind: 'invitation' } },
    ],
    problems: ['link-not-valid', ...OF_BODIES],
  },
  {
    method: 'post',
    path: '/api/password-links/use',
    id: 'usePasswordLink',
    tag,
    permission: 'public',
    summary: 'Choose a password',
    description: 'Ends all sessions of the account, and begins one.',
    body: json(useLinkSchema, 'The secret of the link, and the password.', {
      token: 'A'.repeat(43),
      password: 'three blind mice run',
    }),
    answers: [{ status: 200, description: 'Signed in.', schema: whoAsksSchema, headers: cookie, example: MARIA }],
    problems: ['link-not-valid', 'password-refused', 'overloaded', ...OF_BODIES],
  },
];
