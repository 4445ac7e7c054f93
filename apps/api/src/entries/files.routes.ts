import {
  DEFAULT_PAGE_SIZE,
  MAX_PAGE_SIZE,
  fileListSchema,
  fileSchema,
  idSchema,
  type StoredFile,
} from '@stowage/contract';
import { z } from 'zod';
import type { HeaderDoc, ParameterDoc, RouteDoc } from '../platform/openapi/route-doc.js';
import { queryParameters } from '../platform/openapi/query-parameters.js';

/** `GET /api/files?space=…&limit=…&cursor=…`. */
export const listFilesQuery = z.strictObject({
  space: z.string().max(200).optional().describe('Id of a space; without it, files of all spaces that you are in.'),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE).describe('Files on a page.'),
  cursor: z.string().max(200).optional().describe('`next` of the page before.'),
});

/** `DELETE /api/files/{id}?permanent=…`, and the same of any entry. */
export const deleteFileQuery = z.strictObject({
  permanent: z
    .enum(['true', 'false'])
    .default('false')
    .describe('`true`: for good, from the trash as well; else into the trash.'),
});

const id = {
  in: 'path',
  name: 'id',
  description: 'Id of the file.',
  required: true,
  schema: idSchema,
  example: 'c2VlIHRoZSBsaXN0IG9mIGZp',
} as const satisfies ParameterDoc;

/** A file, as an example. */
export const FILE: StoredFile = {
  kind: 'file',
  id: id.example,
  name: 'film.bin',
  space: 'c3BhY2UgdGhhdCBoYXMgYSBp',
  parent: 'Zm9sZGVyIHRoYXQgaXQgaXMg',
  path: 'films/2026',
  size: 20_000_000,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  mediaType: 'video/mp4',
  createdAt: '2026-11-23T10:00:00.000Z',
  url: '/api/files/c2VlIHRoZSBsaXN0IG9mIGZp/content',
};

const header = (name: string, description: string, example: string): ParameterDoc => ({
  ...{ in: 'header', name, description, required: false, schema: z.string(), example },
});

const text = (description: string): HeaderDoc => ({ description, schema: z.string() });
const CONTENT_HEADERS: Readonly<Record<string, HeaderDoc>> = {
  'Accept-Ranges': text('Always `bytes`.'),
  'Content-Disposition': text('The name, as an attachment.'),
  'Repr-Digest': text('SHA-256 of the whole file, as RFC 9530 writes it.'),
  ETag: text('Of the file, not of its bytes.'),
  'Last-Modified': text('When it came into being.'),
};

/** What chooses what is sent of a file. */
export const RANGE_PARAMETERS: readonly ParameterDoc[] = [
  header('Range', 'One range of bytes; several are answered with the whole.', 'bytes=0-1023'),
  header('If-Range', 'Then `Range` counts only for this ETag.', '"c2VlIHRoZSBsaXN0IG9mIGZp"'),
  header('If-None-Match', 'An ETag that is known already.', '"c2VlIHRoZSBsaXN0IG9mIGZp"'),
  header('Want-Repr-Digest', '`sha-256=0` leaves `Repr-Digest` out.', 'sha-256=10'),
];

const contentParameters = [
  id,
  ...RANGE_PARAMETERS,
  {
    ...{
      in: 'query',
      name: 'damaged',
      description: 'Sends what is left of a damaged file, which is refused without it.',
    },
    ...{ required: false, schema: z.literal('accept'), example: 'accept' },
  } satisfies ParameterDoc,
];

/** How a request for the bytes of a file ends well. */
export const contentAnswers = (mediaType: { readonly mediaType?: string }): RouteDoc['answers'] => [
  { status: 200, description: 'All bytes.', schema: null, ...mediaType, headers: CONTENT_HEADERS },
  {
    status: 206,
    description: 'The bytes of the range.',
    schema: null,
    ...mediaType,
    headers: { ...CONTENT_HEADERS, 'Content-Range': text('Which bytes these are.') },
  },
  { status: 304, description: 'As known.', schema: null, headers: CONTENT_HEADERS },
];

const tag = 'Files';

/** Everything uploaded, and how much that is. */
export const FILES_ROUTES: readonly RouteDoc[] = [
  {
    method: 'get',
    path: '/api/files',
    id: 'listFiles',
    permission: 'files:read',
    tag,
    summary: 'List files, newest first',
    description:
      'Without those in the trash. A page can have fewer than wanted, even none: `next` says whether there are more.',
    parameters: queryParameters(listFilesQuery),
    answers: [{ status: 200, description: 'A page.', schema: fileListSchema, example: { files: [FILE], next: null } }],
    problems: ['space-not-found'],
  },
  {
    method: 'get',
    path: '/api/files/{id}',
    id: 'getFile',
    permission: 'files:read',
    tag,
    summary: 'One file',
    parameters: [id],
    answers: [{ status: 200, description: 'The file.', schema: fileSchema, example: FILE }],
    problems: ['file-not-found'],
  },
  {
    method: 'delete',
    path: '/api/files/{id}',
    id: 'deleteFile',
    permission: 'files:write',
    tag,
    summary: 'Delete a file',
    description:
      'Into the trash, where it counts for the quota all the same; or for good: then its bytes go when no other file has ' +
      'the same ones.',
    parameters: [id, ...queryParameters(deleteFileQuery)],
    answers: [{ status: 204, description: 'It is gone, or in the trash.', schema: null }],
    problems: ['file-not-found'],
  },
  {
    method: 'get',
    path: '/api/files/{id}/content',
    id: 'downloadFile',
    permission: 'files:read',
    tag,
    summary: 'The bytes of a file',
    parameters: contentParameters,
    answers: contentAnswers({ mediaType: '*/*' }),
    problems: ['file-not-found', 'range-not-satisfiable', 'file-unreadable', 'file-damaged'],
    problemHeaders: { 416: { 'Content-Range': text('How many bytes there are.') } },
  },
  {
    method: 'head',
    path: '/api/files/{id}/content',
    id: 'headFile',
    permission: 'files:read',
    tag,
    summary: 'The headers of a download',
    parameters: contentParameters,
    answers: contentAnswers({}),
    problems: ['file-not-found', 'range-not-satisfiable', 'file-damaged'],
    problemHeaders: { 416: { 'Content-Range': text('How many bytes there are.') } },
  },
];
