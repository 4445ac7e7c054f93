import {
  DEFAULT_PAGE_SIZE,
  MAX_IDLE_SECONDS,
  MAX_PAGE_SIZE,
  UPLOAD_STATES,
  UUID_FIELD_PATTERN,
  completeUploadSchema,
  idSchema,
  limitsSchema,
  uploadDigestsSchema,
  uploadListSchema,
  uploadNamePartSchema,
  uploadResultSchema,
  uploadScopeSchema,
  uploadStateSchema,
  uploadStatusSchema,
} from '@stowage/contract';
import { z } from 'zod';
import { queryParameters } from '../platform/openapi/query-parameters.js';
import type { RouteDoc } from '../platform/openapi/route-doc.js';
import {
  ENDED_PROBLEMS,
  EXAMPLE_DIGESTS,
  EXAMPLE_STATUS,
  EXAMPLE_UPLOAD,
  resultAnswers,
  uploadHeaders,
  uploadId,
  UPLOADS_TAG as tag,
  UPLOAD_PASSWORD_PROBLEMS,
  uploadPassword,
} from './upload-docs.js';

const STATES = UPLOAD_STATES.join('|');

/** `GET /api/uploads?scope=…&space=…&owner=…&state=…&idleFor=…&name=…&dzuuid=…&limit=…&cursor=…`. */
export const listUploadsQuery = z.strictObject({
  scope: uploadScopeSchema
    .default('own')
    .describe("Whose: `own`: one's own; `space`: those into one space, for its managers; `all`: for admins."),
  space: idSchema.optional().describe('Only those into this space; the scope `space` needs it.'),
  owner: idSchema.optional().describe('Only those of this account.'),
  state: z
    .string()
    .regex(new RegExp(`^(${STATES})(,(${STATES})){0,9}$`, 'u'), 'must be states separated by commas')
    .transform((text) => text.split(','))
    .pipe(z.array(uploadStateSchema))
    .default([])
    .describe('Only those in this state, or in one of several separated by commas.'),
  idleFor: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_IDLE_SECONDS)
    .optional()
    .describe('Only those that got no byte for so many seconds.'),
  name: uploadNamePartSchema.optional().describe('Only those with this in their names, in any case.'),
  dzuuid: z.string().regex(UUID_FIELD_PATTERN).optional().describe("Only the one of this key of Dropzone's."),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE).describe('Uploads on a page.'),
  cursor: z.string().max(200).optional().describe('`next` of the page before.'),
});

/** `GET /api/uploads/{id}/digests?from=…`. */
export const digestsQuery = z.strictObject({
  from: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .default(0)
    .describe('First byte of interest: 0, or `next` of the answer before.'),
});

const LIMITS = {
  ...{ maxFileSize: 17_592_186_044_416, minChunkSize: 1, maxChunkSize: 1_073_741_824, recommendedChunkSize: 8_388_608 },
  ...{ recommendedParallelChunks: 4, maxChunks: 1_000_000, maxNameBytes: 255, maxPathBytes: 4096, maxPathDepth: 32 },
};

const readStatus = {
  tag,
  parameters: [uploadId],
  problems: ['upload-not-found'],
} as const;

/** Uploads as JSON, and what this server accepts. */
export const UPLOAD_ROUTES: readonly RouteDoc[] = [
  {
    method: 'get',
    path: '/api/uploads',
    id: 'listUploads',
    permission: 'uploads:write',
    tag,
    summary: 'List uploads, newest first',
    description:
      'Those of your own, unless `scope` says otherwise. Ended ones are there for seven days: `failed` with the reason, ' +
      '`cancelled`, `expired`.',
    parameters: queryParameters(listUploadsQuery),
    answers: [
      {
        status: 200,
        description: 'A page.',
        schema: uploadListSchema,
        example: { uploads: [EXAMPLE_UPLOAD], total: 1, bytes: EXAMPLE_UPLOAD.received, next: null },
      },
    ],
    problems: ['space-not-found'],
  },
  {
    ...readStatus,
    method: 'get',
    path: '/api/uploads/{id}',
    id: 'getUpload',
    permission: 'uploads:write',
    summary: 'What an upload has, and what it still misses',
    answers: [
      {
        status: 200,
        description: 'Its status.',
        schema: uploadStatusSchema,
        example: EXAMPLE_STATUS,
        headers: uploadHeaders,
      },
    ],
  },
  {
    ...readStatus,
    method: 'head',
    path: '/api/uploads/{id}',
    id: 'headUpload',
    permission: 'uploads:write',
    summary: 'How far an upload is',
    answers: [{ status: 200, description: 'Its headers.', schema: null, headers: uploadHeaders }],
  },
  {
    method: 'get',
    path: '/api/uploads/{id}/digests',
    id: 'getUploadDigests',
    permission: 'uploads:write',
    tag,
    summary: 'Compare what an unfinished upload holds with a file',
    description:
      'Digests of the bytes that are held, so that whoever has a file of the same name and length can find out whether ' +
      'it is the same one before sending the rest. Only recorded bytes are read.',
    parameters: [uploadId, ...queryParameters(digestsQuery)],
    answers: [{ status: 200, description: 'A page.', schema: uploadDigestsSchema, example: EXAMPLE_DIGESTS }],
    problems: ['upload-not-found', 'upload-finished', ...ENDED_PROBLEMS, 'overloaded', 'storage-failed'],
  },
  {
    method: 'post',
    path: '/api/uploads/{id}/complete',
    id: 'completeUpload',
    permission: 'uploads:write',
    tag,
    summary: 'Make the file of an upload that has all its bytes',
    description:
      'An upload does so by itself with its last byte. This is for one that could not, because its name was taken: give it ' +
      'another name or policy. And for one whose length was not known: it becomes what has been received. Repeating is safe.',
    parameters: [uploadId, uploadPassword],
    body: {
      mediaType: 'application/json',
      schema: completeUploadSchema,
      required: false,
      description: 'What is to change, if anything.',
      examples: { 'as it is': {}, 'another name': { name: 'film (2).bin' }, 'another policy': { conflict: 'replace' } },
    },
    answers: resultAnswers(uploadResultSchema).flatMap(({ headers: _, ...answer }) =>
      answer.status === 200 ? [] : [answer],
    ),
    problems: [
      ...UPLOAD_PASSWORD_PROBLEMS,
      ...(['upload-not-found', ...ENDED_PROBLEMS, 'upload-incomplete', 'upload-finished', 'chunk-busy'] as const),
      ...([
        'invalid-name',
        'invalid-path',
        'body-too-large',
        'unsupported-media-type',
        'unsupported-encoding',
      ] as const),
    ],
  },
  {
    method: 'post',
    path: '/api/uploads/{id}/extend',
    id: 'extendUpload',
    permission: 'uploads:write',
    tag,
    summary: 'Keep an unfinished upload for longer',
    description: 'Its time to expire begins anew, as if a byte had come.',
    parameters: [uploadId],
    answers: [{ status: 200, description: 'Its status.', schema: uploadStatusSchema, example: EXAMPLE_STATUS }],
    problems: ['upload-not-found', 'upload-finished', ...ENDED_PROBLEMS],
  },
  {
    method: 'delete',
    path: '/api/uploads/{id}',
    id: 'cancelUpload',
    permission: 'uploads:write',
    tag,
    summary: 'Remove an unfinished upload and its bytes',
    description: 'Requests that are writing to it are ended first. Repeating is safe.',
    parameters: [uploadId],
    answers: [{ status: 204, description: 'It is gone.', schema: null }],
    problems: ['upload-not-found', 'upload-finished'],
  },
  {
    method: 'get',
    path: '/api/limits',
    id: 'getLimits',
    permission: 'self',
    tag: 'About this server',
    summary: 'What this server accepts, and what works best',
    answers: [{ status: 200, description: 'Sizes in bytes.', schema: limitsSchema, example: LIMITS }],
    problems: [],
  },
];
