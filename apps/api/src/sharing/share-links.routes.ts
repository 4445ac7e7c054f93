import {
  DEFAULT_PAGE_SIZE,
  MAX_PAGE_SIZE,
  changeLinkSchema,
  createLinkSchema,
  idSchema,
  linkAccessListSchema,
  linkListSchema,
  linkSchema,
  type Link,
  type LinkAccess,
} from '@stowage/contract';
import { z } from 'zod';
import { json, OF_BODIES } from '../identity/session.routes.js';
import { queryParameters } from '../platform/openapi/query-parameters.js';
import type { ParameterDoc, RouteDoc } from '../platform/openapi/route-doc.js';

const limit = (what: string) =>
  z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE).describe(`${what} on a page.`);
const OF_PAGE_BEFORE = '`next` of the page before.';

/** `GET /api/share-links?space=…` or `?entry=…`. */
export const listLinksQuery = z.strictObject({
  space: z.string().max(200).optional().describe('Id of a space: all links that lead into it. This or `entry`.'),
  entry: idSchema
    .optional()
    .describe('Id of a file or folder: the links to it. A root folder has the id of its space.'),
  limit: limit('Links'),
  cursor: z.string().max(200).optional().describe(OF_PAGE_BEFORE),
});

/** `GET /api/share-links/{id}/accesses?limit=…&cursor=…`. */
export const listAccessesQuery = z.strictObject({
  limit: limit('Accesses'),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,17}$/u, 'must be one that this server gave out')
    .optional()
    .describe(OF_PAGE_BEFORE),
});

const id: ParameterDoc = {
  ...{ in: 'path', name: 'id', description: 'Id of the link.', required: true, schema: idSchema },
  example: 'YSBsaW5rIHRvIGEgZm9sZGVy',
};

const LINK: Link = {
  ...{
    id: String(id.example),
    kind: 'share',
    slug: 'A'.repeat(43),
    url: `https://files.example.org/s/${'A'.repeat(43)}`,
  },
  ...{ space: 'c3BhY2UgdGhhdCBoYXMgYSBp', entry: 'Zm9sZGVyIHRoYXQgaXQgaXMg', entryName: 'films' },
  ...{ title: 'Films of 2026', note: '', state: 'valid', hasPassword: true, expiresAt: '2026-12-24T18:00:00.000Z' },
  ...{ maxDownloads: 10, downloads: 3, maxUploads: null, uploads: 0, maxFileSize: null, allowedExtensions: null },
  ...{ askName: false, createdBy: 'Maria', createdAt: '2026-11-23T10:00:00.000Z', revokedAt: null },
};
const ACCESS: LinkAccess = {
  ...{ at: '2026-11-23T11:00:00.000Z', action: 'downloaded', name: 'film.bin', sender: null, network: '192.0.2.0/24' },
};

const of = { tag: 'Links', permission: 'files:write' } as const;
const one = (status: number, description: string) => [{ status, description, schema: linkSchema, example: LINK }];

/** Links that lead into spaces, for those who manage them. */
export const SHARE_LINKS_ROUTES: readonly RouteDoc[] = [
  {
    ...of,
    method: 'get',
    path: '/api/share-links',
    id: 'listLinks',
    summary: 'List the links into a space, or to one entry, newest first',
    description: 'Also those that are revoked or over.',
    parameters: queryParameters(listLinksQuery),
    answers: [{ status: 200, description: 'A page.', schema: linkListSchema, example: { links: [LINK], next: null } }],
    problems: ['space-not-found', 'entry-not-found'],
  },
  {
    ...of,
    method: 'post',
    path: '/api/share-links',
    id: 'createLink',
    summary: 'Make a link',
    description:
      'A `share` lets whoever holds its address read one file, or a folder with all that is in it; a `request` lets them ' +
      'upload into a folder, and see nothing of it.',
    body: {
      mediaType: 'application/json',
      schema: createLinkSchema,
      required: true,
      description: 'What it leads to, and its limits.',
      examples: {
        'to read': { kind: 'share', entry: LINK.entry, password: 'three blind mice', maxDownloads: 10 },
        'to upload': { kind: 'request', entry: LINK.entry, title: 'Your photos', allowedExtensions: ['jpg', 'png'] },
      },
    },
    answers: one(201, 'The link.'),
    problems: ['entry-not-found', 'not-a-folder', 'password-refused', 'too-many-links', ...OF_BODIES],
  },
  {
    ...of,
    method: 'get',
    path: '/api/share-links/{id}',
    id: 'getLink',
    summary: 'One link',
    parameters: [id],
    answers: one(200, 'The link.'),
    problems: ['link-not-found'],
  },
  {
    ...of,
    method: 'patch',
    path: '/api/share-links/{id}',
    id: 'changeLink',
    summary: 'Change the password, the time or the limits of a link',
    description: 'Effective with the next request. Another password has to be shown by everybody anew.',
    parameters: [id],
    body: json(changeLinkSchema, 'What is left out stays as it is.', { expiresAt: null, maxDownloads: 20 }),
    answers: one(200, 'As it is now.'),
    problems: ['link-not-found', 'link-revoked', 'password-refused', ...OF_BODIES],
  },
  {
    ...of,
    method: 'delete',
    path: '/api/share-links/{id}',
    id: 'revokeLink',
    summary: 'Revoke a link',
    description: 'For good, effective with the next request, an upload’s next chunk included. Repeating is safe.',
    parameters: [id],
    answers: [{ status: 204, description: 'It is worth nothing now.', schema: null }],
    problems: ['link-not-found'],
  },
  {
    ...of,
    method: 'get',
    path: '/api/share-links/{id}/accesses',
    id: 'listLinkAccesses',
    summary: 'What was done with a link, newest first',
    parameters: [id, ...queryParameters(listAccessesQuery)],
    answers: [
      {
        status: 200,
        description: 'A page.',
        schema: linkAccessListSchema,
        example: { accesses: [ACCESS], next: null },
      },
    ],
    problems: ['link-not-found'],
  },
];
