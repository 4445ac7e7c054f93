import {
  DEFAULT_PAGE_SIZE,
  MAX_PAGE_SIZE,
  NO_POLICY,
  addMemberSchema,
  changeMemberSchema,
  changeSpaceSchema,
  createSpaceSchema,
  idSchema,
  memberListSchema,
  memberSchema,
  spaceListSchema,
  spaceSchema,
  type Member,
  type Space,
} from '@stowage/contract';
import { z } from 'zod';
import { json, OF_BODIES } from '../identity/session.routes.js';
import { queryParameters } from '../platform/openapi/query-parameters.js';
import type { ParameterDoc, RouteDoc } from '../platform/openapi/route-doc.js';
import { memberCursorSchema, spaceCursorSchema } from './space-cursor.js';

const limit = (what: string) =>
  z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE).describe(`${what} on a page.`);
const OF_PAGE_BEFORE = '`next` of the page before.';

/** `GET /api/spaces?limit=…&cursor=…`. */
export const listSpacesQuery = z.strictObject({
  limit: limit('Spaces'),
  cursor: spaceCursorSchema.optional().describe(OF_PAGE_BEFORE),
});
/** `GET /api/spaces/{id}/members?limit=…&cursor=…`. */
export const listMembersQuery = z.strictObject({
  limit: limit('Members'),
  cursor: memberCursorSchema.optional().describe(OF_PAGE_BEFORE),
});

const inPath = (name: string, description: string, example: string): ParameterDoc => ({
  ...{ in: 'path', name, description, required: true, schema: idSchema, example },
});

const SPACE: Space = {
  ...{ id: 'c3BhY2UgdGhhdCBoYXMgYSBp', name: 'Film', kind: 'team', role: 'manager' },
  ...{ quota: 1_000_000_000_000, quotaChosen: false, used: 20_000_000, reserved: 8_000_000 },
  policy: { ...NO_POLICY, deniedExtensions: ['exe'] },
  createdAt: '2026-11-23T10:00:00.000Z',
};
const ADAM: Member = {
  ...{ account: 'YW5vdGhlciByYW5kb20gaWQx', name: 'Adam', role: 'contributor' },
  createdAt: '2026-11-23T10:00:00.000Z',
};

const id = inPath('id', 'Id of the space.', SPACE.id);
const account = inPath('account', 'Id of the account of the member.', ADAM.account);
const tag = 'Spaces';
const oneSpace = (description: string) => [{ status: 200, description, schema: spaceSchema, example: SPACE }];
const page = [
  { status: 200, description: 'A page.', schema: spaceListSchema, example: { spaces: [SPACE], next: null } },
];
const OF_MEMBERS = ['space-not-found', 'space-is-personal'] as const;
const EFFECT = 'Effective with the next request, an upload’s next chunk included.';

/** Spaces, and who is in them. */
export const SPACES_ROUTES: readonly RouteDoc[] = [
  {
    method: 'get',
    path: '/api/spaces',
    id: 'listSpaces',
    permission: 'self',
    tag,
    summary: 'List your spaces',
    description: 'Your own first, then those of teams by name. Without an account: those of all teams.',
    parameters: queryParameters(listSpacesQuery),
    answers: page,
    problems: [],
  },
  {
    method: 'get',
    path: '/api/admin/spaces',
    id: 'listAllSpaces',
    permission: 'admin',
    tag,
    summary: 'List all spaces',
    description: 'Those of teams first, by name; then those of accounts.',
    parameters: queryParameters(listSpacesQuery),
    answers: page,
    problems: [],
  },
  {
    method: 'post',
    path: '/api/spaces',
    id: 'createSpace',
    permission: 'admin',
    tag,
    summary: 'Make a space for a team',
    description: 'You manage it.',
    body: json(createSpaceSchema, 'What it is called.', { name: SPACE.name }),
    answers: [{ status: 201, description: 'The space.', schema: spaceSchema, example: SPACE }],
    problems: ['invalid-name', 'space-name-taken', ...OF_BODIES],
  },
  {
    method: 'get',
    path: '/api/spaces/{id}',
    id: 'getSpace',
    permission: 'self',
    tag,
    summary: 'One space',
    parameters: [id],
    answers: oneSpace('The space.'),
    problems: ['space-not-found'],
  },
  {
    method: 'patch',
    path: '/api/spaces/{id}',
    id: 'changeSpace',
    permission: 'space:manage',
    tag,
    summary: 'Change a space',
    description:
      'Its policy counts for what is not a file yet: uploads are held to it when they begin and when they end.',
    parameters: [id],
    body: json(changeSpaceSchema, 'What is left out stays as it is.', {
      name: 'Films',
      policy: { deniedExtensions: ['exe'] },
    }),
    answers: oneSpace('As it is now.'),
    problems: [...OF_MEMBERS, 'invalid-name', 'space-name-taken', ...OF_BODIES],
  },
  {
    method: 'get',
    path: '/api/spaces/{id}/members',
    id: 'listMembers',
    permission: 'files:read',
    tag,
    summary: 'List who is in a space, by name',
    parameters: [id, ...queryParameters(listMembersQuery)],
    answers: [
      { status: 200, description: 'A page.', schema: memberListSchema, example: { members: [ADAM], next: null } },
    ],
    problems: ['space-not-found'],
  },
  {
    method: 'post',
    path: '/api/spaces/{id}/members',
    id: 'addMember',
    permission: 'space:manage',
    tag,
    summary: 'Let an account into a space',
    description: EFFECT,
    parameters: [id],
    body: json(addMemberSchema, 'Who, and as what.', { name: ADAM.name, role: ADAM.role }),
    answers: [{ status: 201, description: 'The member.', schema: memberSchema, example: ADAM }],
    problems: [...OF_MEMBERS, 'account-not-found', 'member-exists', ...OF_BODIES],
  },
  {
    method: 'patch',
    path: '/api/spaces/{id}/members/{account}',
    id: 'changeMember',
    permission: 'space:manage',
    tag,
    summary: 'Give a member another role',
    description: EFFECT,
    parameters: [id, account],
    body: json(changeMemberSchema, 'The role.', { role: 'editor' }),
    answers: [{ status: 200, description: 'As it is now.', schema: memberSchema, example: ADAM }],
    problems: [...OF_MEMBERS, 'member-not-found', 'last-manager', ...OF_BODIES],
  },
  {
    method: 'delete',
    path: '/api/spaces/{id}/members/{account}',
    id: 'removeMember',
    permission: 'space:manage',
    tag,
    summary: 'Remove a member from a space',
    description: `${EFFECT} What the account has uploaded stays.`,
    parameters: [id, account],
    answers: [{ status: 204, description: 'No member any more.', schema: null }],
    problems: [...OF_MEMBERS, 'member-not-found', 'last-manager'],
  },
  {
    method: 'delete',
    path: '/api/spaces/{id}/membership',
    id: 'leaveSpace',
    permission: 'own-account',
    tag,
    summary: 'Leave a space',
    parameters: [id],
    answers: [{ status: 204, description: 'You are no member any more.', schema: null }],
    problems: [...OF_MEMBERS, 'account-needed', 'member-not-found', 'last-manager'],
  },
];
