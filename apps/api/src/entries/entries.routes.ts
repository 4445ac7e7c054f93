import {
  DEFAULT_PAGE_SIZE,
  MAX_PAGE_SIZE,
  changeEntrySchema,
  createFolderSchema,
  entryListSchema,
  entryOrderSchema,
  entrySchema,
  folderSchema,
  folderWithAncestorsSchema,
  idSchema,
  restoreEntrySchema,
  type Folder,
} from '@stowage/contract';
import { z } from 'zod';
import { json, OF_BODIES } from '../identity/session.routes.js';
import { queryParameters } from '../platform/openapi/query-parameters.js';
import type { ParameterDoc, RouteDoc } from '../platform/openapi/route-doc.js';
import { FILE, deleteFileQuery } from './files.routes.js';
import { GOES_ON } from './operations.routes.js';

const limit = z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE);
const OF_PAGE_BEFORE = '`next` of the page before.';

/** `GET /api/folders/{id}/entries?sort=…&order=…&limit=…&cursor=…`. */
export const listEntriesQuery = z.strictObject({
  sort: entryOrderSchema.default('name').describe(entryOrderSchema.description ?? ''),
  order: z.enum(['asc', 'desc']).default('asc').describe('Folders come first all the same.'),
  limit: limit.describe('Entries on a page.'),
  cursor: z.string().max(4000).optional().describe(`${OF_PAGE_BEFORE} In the same order.`),
});
/** `GET /api/spaces/{id}/trash?limit=…&cursor=…`. */
export const listTrashQuery = z.strictObject({
  limit: limit.describe('Entries on a page.'),
  cursor: z.string().max(200).optional().describe(OF_PAGE_BEFORE),
});
const inPath = (description: string, example: string): ParameterDoc => ({
  ...{ in: 'path', name: 'id', description, required: true, schema: idSchema, example },
});

const SPACE = 'c3BhY2UgdGhhdCBoYXMgYSBp';
const FOLDER: Folder = {
  ...{ kind: 'folder', id: 'Zm9sZGVyIHRoYXQgaXQgaXMg', name: '2026', space: SPACE },
  ...{ parent: 'YW5vdGhlciBmb2xkZXIgYWJv', path: 'films', createdAt: '2026-11-23T10:00:00.000Z' },
};
const TRASHED = {
  ...FILE,
  parent: SPACE,
  path: '',
  trashed: { at: FOLDER.createdAt, by: 'Maria', path: 'films/2026' },
};
const ANCESTORS = [
  { id: SPACE, name: 'Film' },
  { id: 'YW5vdGhlciBmb2xkZXIgYWJv', name: 'films' },
];

const folder = inPath('Id of the folder; for the root, that of the space.', FOLDER.id);
const entry = inPath('Id of the file or folder.', FOLDER.id);
const tag = 'Folders';
const OF_PLACES = ['folder-not-found', 'folder-into-itself', 'folder-too-deep', 'name-taken'] as const;

/** Folders, what is in them, and the trash. */
export const ENTRIES_ROUTES: readonly RouteDoc[] = [
  {
    method: 'post',
    path: '/api/folders',
    id: 'createFolder',
    permission: 'uploads:write',
    tag,
    summary: 'Make a folder',
    description: 'And those of its path that are missing; all of them, or none.',
    body: json(createFolderSchema, 'Where it is to be.', { parent: SPACE, path: 'films/2026' }),
    answers: [
      { status: 201, description: 'The folder.', schema: folderSchema, example: FOLDER },
      { status: 200, description: 'The folder, which was there already.', schema: folderSchema, example: FOLDER },
    ],
    problems: ['invalid-path', 'folder-not-found', 'path-not-a-folder', 'folder-too-deep', 'name-taken', ...OF_BODIES],
  },
  {
    method: 'get',
    path: '/api/folders/{id}',
    id: 'getFolder',
    permission: 'files:read',
    tag,
    summary: 'One folder, and those that it is in',
    parameters: [folder],
    answers: [
      {
        ...{ status: 200, description: 'The folder.', schema: folderWithAncestorsSchema },
        example: { ...FOLDER, ancestors: ANCESTORS },
      },
    ],
    problems: ['folder-not-found'],
  },
  {
    method: 'get',
    path: '/api/folders/{id}/entries',
    id: 'listEntries',
    permission: 'files:read',
    tag,
    summary: 'List what is in a folder',
    description: 'Folders first. While it changes, an entry can be missed or come twice, on pages that lie around it.',
    parameters: [folder, ...queryParameters(listEntriesQuery)],
    answers: [
      {
        ...{ status: 200, description: 'A page.', schema: entryListSchema },
        example: { entries: [FOLDER, FILE], total: 2, next: null },
      },
    ],
    problems: ['folder-not-found'],
  },
  {
    method: 'get',
    path: '/api/entries/{id}',
    id: 'getEntry',
    permission: 'files:read',
    tag,
    summary: 'A file or folder',
    description: 'In the trash as well.',
    parameters: [entry],
    answers: [{ status: 200, description: 'It.', schema: entrySchema, example: FOLDER }],
    problems: ['entry-not-found'],
  },
  {
    method: 'patch',
    path: '/api/entries/{id}',
    id: 'changeEntry',
    permission: 'files:write',
    tag,
    summary: 'Rename or move a file or folder',
    description:
      'With all that is in it. Into a folder of another space as well, whose quota then has to have room for it. A file ' +
      'that is replaced goes into the trash.',
    parameters: [entry],
    body: json(changeEntrySchema, 'What is left out stays as it is.', { name: '2026', conflict: 'reject' }),
    answers: [{ status: 200, description: 'As it is now.', schema: entrySchema, example: FOLDER }],
    problems: ['invalid-name', 'entry-not-found', ...OF_PLACES, 'quota-exceeded', 'overloaded', ...OF_BODIES],
  },
  {
    method: 'delete',
    path: '/api/entries/{id}',
    id: 'deleteEntry',
    permission: 'files:write',
    tag,
    summary: 'Put a file or folder into the trash',
    description: 'With all that is in it. For good, a folder is gone through in the background.',
    parameters: [entry, ...queryParameters(deleteFileQuery)],
    answers: [{ status: 204, description: 'It is not there any more.', schema: null }, GOES_ON],
    problems: ['entry-not-found'],
  },
  {
    method: 'post',
    path: '/api/entries/{id}/restore',
    id: 'restoreEntry',
    permission: 'files:write',
    tag,
    summary: 'Take a file or folder out of the trash',
    description: 'To where it was; if that is gone, into the root of the space; or into any folder.',
    parameters: [entry],
    body: {
      ...json(restoreEntrySchema, 'Where to. Left out: where it was.', { conflict: 'rename' }),
      required: false,
    },
    answers: [{ status: 200, description: 'As it is now.', schema: entrySchema, example: FOLDER }],
    problems: ['entry-not-found', 'not-in-trash', ...OF_PLACES, 'quota-exceeded', 'overloaded', ...OF_BODIES],
  },
  {
    method: 'get',
    path: '/api/spaces/{id}/trash',
    id: 'listTrash',
    permission: 'files:read',
    tag,
    summary: 'List what is in the trash of a space',
    description: 'What somebody has put there, the newest first; not what lies in a folder that was put there.',
    parameters: [inPath('Id of the space.', SPACE), ...queryParameters(listTrashQuery)],
    answers: [
      {
        ...{ status: 200, description: 'A page.', schema: entryListSchema },
        example: { entries: [TRASHED], total: 1, next: null },
      },
    ],
    problems: ['space-not-found'],
  },
];
