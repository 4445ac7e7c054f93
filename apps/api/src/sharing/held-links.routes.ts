import {
  DEFAULT_PAGE_SIZE,
  MAX_PAGE_SIZE,
  heldLinkSchema,
  idSchema,
  sharedEntryListSchema,
  slugSchema,
  unlockLinkSchema,
  type HeldLink,
  type ProblemCode,
  type SharedEntry,
} from '@stowage/contract';
import { z } from 'zod';
import { contentAnswers, RANGE_PARAMETERS } from '../entries/files.routes.js';
import { MAX_ZIP_SELECTION, ZIP_ROUTES, zipQuery } from '../entries/zip.routes.js';
import { cookie, json, OF_BODIES } from '../identity/session.routes.js';
import { queryParameters } from '../platform/openapi/query-parameters.js';
import type { ParameterDoc, RouteDoc } from '../platform/openapi/route-doc.js';

/** `GET /api/links/{slug}/entries?folder=…&limit=…&cursor=…`. */
export const listSharedQuery = z.strictObject({
  folder: idSchema.optional().describe('Id of a folder in what is shared; without it, the one that is shared.'),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE).describe('Entries on a page.'),
  cursor: z.string().max(4000).optional().describe('`next` of the page before.'),
});

/** `GET /api/links/{slug}/zip?entries=…`. */
export const sharedZipQuery = z.strictObject({
  entries: zipQuery.shape.entries
    .optional()
    .describe(`Ids in what is shared, with commas between them, ${MAX_ZIP_SELECTION} at most; left out: all of it.`),
});

/** The secret in the address of a link. */
export const slug: ParameterDoc = {
  ...{ in: 'path', name: 'slug', description: 'The secret of the link.', required: true, schema: slugSchema },
  example: 'A'.repeat(43),
};

const id: ParameterDoc = {
  ...{ in: 'path', name: 'id', description: 'Id of a file in what is shared.', required: true, schema: idSchema },
  example: 'c2VlIHRoZSBsaXN0IG9mIGZp',
};

const FOLDER: SharedEntry = {
  ...{ kind: 'folder', id: 'Zm9sZGVyIHRoYXQgaXQgaXMg', name: 'films', size: null, mediaType: null, sha256: null },
  createdAt: '2026-11-23T10:00:00.000Z',
};
const FILE: SharedEntry = {
  ...{ kind: 'file', id: String(id.example), name: 'film.bin', size: 20_000_000, mediaType: 'video/mp4' },
  ...{ sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', createdAt: FOLDER.createdAt },
};
const SHARE: HeldLink = {
  ...{ kind: 'share', locked: false, expiresAt: null, title: 'Films of 2026', note: '', entry: FOLDER },
  downloadsLeft: 7,
};

const tag = 'Links';
const PASSWORD = 'A password, when it has one, is shown with `unlock`, or as that of Basic credentials with any name.';
/** What a link can be refused for, password or not. */
const OF_DOOR: readonly ProblemCode[] = [
  ...(['link-not-found', 'link-revoked', 'link-expired', 'link-target-gone', 'link-used-up'] as const),
  ...(['link-password-wrong', 'too-many-attempts', 'overloaded'] as const),
];
const OF_LINK: readonly ProblemCode[] = [...OF_DOOR, 'link-password-needed'];

const content = {
  tag,
  permission: 'share',
  path: '/api/links/{slug}/files/{id}/content',
  parameters: [slug, id, ...RANGE_PARAMETERS],
  problems: [...OF_LINK, 'file-not-found', 'range-not-satisfiable', 'file-unreadable', 'file-damaged'],
  problemHeaders: {
    416: { 'Content-Range': { description: 'How many bytes there are.', schema: z.string() } },
  },
} as const;
const zip = ({ method, answers, description, id: zipId, summary }: RouteDoc): RouteDoc => ({
  ...{ tag, method, answers, summary, id: `${zipId}Shared`, permission: 'share', path: '/api/links/{slug}/zip' },
  description: [description ?? '', PASSWORD, method === 'get' ? 'Counts as one download.' : ''].join(' ').trim(),
  parameters: [slug, ...queryParameters(sharedZipQuery)],
  problems: [...OF_LINK, 'entry-not-found', 'file-damaged', 'zip-too-large'],
});

/** What whoever holds a link may know and read. */
export const HELD_LINKS_ROUTES: readonly RouteDoc[] = [
  {
    method: 'get',
    path: '/api/links/{slug}',
    id: 'lookAtLink',
    permission: 'link',
    tag,
    summary: 'What a link is, to whoever holds it',
    description: `As long as its password was not shown, only that it wants one. ${PASSWORD}`,
    parameters: [slug],
    answers: [{ status: 200, description: 'The link.', schema: heldLinkSchema, example: SHARE }],
    problems: OF_DOOR,
  },
  {
    method: 'post',
    path: '/api/links/{slug}/unlock',
    id: 'unlockLink',
    permission: 'link',
    tag,
    summary: 'Show the password of a link',
    description: 'A cookie remembers it for twelve hours, or until the password is another one.',
    parameters: [slug],
    body: json(unlockLinkSchema, 'The password.', { password: 'three blind mice' }),
    answers: [{ status: 200, description: 'The link.', schema: heldLinkSchema, example: SHARE, headers: cookie }],
    problems: [...OF_DOOR, ...OF_BODIES],
  },
  {
    method: 'get',
    path: '/api/links/{slug}/entries',
    id: 'listShared',
    permission: 'share',
    tag,
    summary: 'List a folder that is shared',
    description: PASSWORD,
    parameters: [slug, ...queryParameters(listSharedQuery)],
    answers: [
      {
        status: 200,
        description: 'A page, folders first, by name as people count.',
        schema: sharedEntryListSchema,
        example: {
          ...{ folder: { id: FOLDER.id, name: FOLDER.name }, ancestors: [], entries: [FILE], total: 1, next: null },
        },
      },
    ],
    problems: [...OF_LINK, 'folder-not-found'],
  },
  {
    ...content,
    method: 'get',
    id: 'downloadShared',
    summary: 'The bytes of a file that is shared',
    description:
      `${PASSWORD} Counts as a download; a range behind the first byte does not, within a day of a download that was counted ` +
      'for the same address.',
    answers: contentAnswers({ mediaType: '*/*' }),
  },
  {
    ...content,
    method: 'head',
    id: 'headShared',
    summary: 'The headers of such a download',
    description: PASSWORD,
    answers: contentAnswers({}),
    problems: content.problems.filter((code) => code !== 'file-unreadable'),
  },
  ...ZIP_ROUTES.map(zip),
];
