import { createUploadSchema, uploadResultSchema, uploadStatusSchema } from '@stowage/contract';
import { z } from 'zod';
import type { BodyDoc, ParameterDoc, RouteDoc } from '../../../platform/openapi/route-doc.js';
import {
  BYTES_PROBLEMS,
  EXAMPLE_STATUS,
  EXAMPLE_UPLOAD,
  offsetHeader,
  resultAnswers,
  uploadHeaders,
  uploadId,
  UPLOADS_TAG as tag,
  UPLOAD_PASSWORD_PROBLEMS,
  uploadPassword,
} from '../../upload-docs.js';
import { MAX_IDEMPOTENCY_KEY } from './rest-headers.js';

const idempotencyKey: ParameterDoc = {
  in: 'header',
  name: 'Idempotency-Key',
  description:
    'Your own key of this upload, in quotes or bare. The same request again is answered with the same upload, so that a ' +
    'lost answer costs nothing.',
  required: false,
  schema: z
    .string()
    .min(1)
    .max(2 * MAX_IDEMPOTENCY_KEY + 2),
  example: '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
};

const contentDigest: ParameterDoc = {
  in: 'header',
  name: 'Content-Digest',
  description:
    'Digests of this body (RFC 9530): `sha-256`, `sha-512`, `crc32c`. All of them are checked before anything is recorded; ' +
    'others are passed over.',
  required: false,
  schema: z.string(),
};

const body: BodyDoc = {
  mediaType: 'application/octet-stream',
  schema: null,
  required: true,
  description: 'The bytes as they are; whatever Content-Type says.',
};

const created = {
  schema: uploadStatusSchema,
  headers: {
    ...uploadHeaders,
    Location: { description: 'Path of the upload.', schema: z.string() },
  },
};

/** Uploads from bytes as they are. */
export const REST_ROUTES: readonly RouteDoc[] = [
  {
    method: 'post',
    path: '/api/uploads',
    id: 'createUpload',
    permission: 'uploads:write',
    tag,
    summary: 'Begin an upload',
    description:
      'An empty file (length 0) is complete at once. Bytes follow by chunk, by range or as appends, in any mixture.',
    parameters: [idempotencyKey, uploadPassword],
    body: {
      mediaType: 'application/json',
      schema: createUploadSchema,
      required: true,
      description: 'What the file is to be.',
      examples: {
        'in chunks': { name: 'film.bin', path: 'films/2026', length: 20_000_000, chunkSize: 8_000_000 },
        'of unknown length': { name: 'backup.tar', length: null, mediaType: 'application/x-tar', conflict: 'rename' },
      },
    },
    answers: [
      {
        ...created,
        status: 201,
        description: 'It has begun.',
        example: {
          ...EXAMPLE_STATUS,
          upload: { ...EXAMPLE_UPLOAD, received: 0 },
          offset: 0,
          missing: [{ start: 0, end: 20_000_000 }],
          bitmap: 'AA==',
        },
      },
      { ...created, status: 200, description: 'It was begun before, under the same key.', example: EXAMPLE_STATUS },
    ],
    problems: [
      ...(['invalid-header', 'invalid-name', 'invalid-path', 'name-taken', 'path-not-a-folder'] as const),
      ...(['idempotency-key-reused', 'file-too-large', 'chunk-too-large', 'too-many-chunks', 'overloaded'] as const),
      ...(['quota-exceeded', 'too-many-uploads'] as const),
      ...UPLOAD_PASSWORD_PROBLEMS,
      ...([
        'body-too-large',
        'unsupported-media-type',
        'unsupported-encoding',
        'storage-full',
        'storage-failed',
      ] as const),
      ...(['upload-cancelled', 'upload-expired', 'bytes-missing', 'bytes-lost', 'digest-mismatch'] as const),
    ],
  },
  {
    method: 'put',
    path: '/api/uploads/{id}/chunks/{index}',
    id: 'putChunk',
    permission: 'uploads:write',
    tag,
    summary: 'Send one chunk',
    description: 'For uploads that were begun with a chunk size. Chunks may come in any order, at once and twice.',
    parameters: [
      uploadId,
      {
        in: 'path',
        name: 'index',
        description: 'Counted from 0.',
        required: true,
        schema: z.number().int().nonnegative(),
        example: 0,
      },
      contentDigest,
    ],
    body,
    answers: resultAnswers(uploadResultSchema),
    problems: [
      ...BYTES_PROBLEMS,
      ...(['invalid-header', 'no-chunk-size', 'range-outside-upload', 'chunk-conflict', 'file-too-large'] as const),
    ],
  },
  {
    method: 'put',
    path: '/api/uploads/{id}/bytes',
    id: 'putBytes',
    permission: 'uploads:write',
    tag,
    summary: 'Send any range of bytes',
    description:
      'Bytes that are held already are not written again. A body that ends early is dropped: nothing of it is recorded.',
    parameters: [
      uploadId,
      {
        in: 'header',
        name: 'Content-Range',
        description: 'Which bytes these are: `bytes first-last/length`, or `*` for the length.',
        required: true,
        schema: z.string().regex(/^bytes +\d+-\d+\/(\d+|\*)$/iu),
        example: 'bytes 0-7999999/20000000',
      },
      contentDigest,
    ],
    body,
    answers: resultAnswers(uploadResultSchema),
    problems: [
      ...BYTES_PROBLEMS,
      ...(['missing-header', 'invalid-header', 'range-outside-upload', 'chunk-conflict', 'chunk-too-large'] as const),
      ...(['file-too-large'] as const),
    ],
  },
  {
    method: 'patch',
    path: '/api/uploads/{id}',
    id: 'appendBytes',
    permission: 'uploads:write',
    tag,
    summary: 'Append bytes',
    description:
      'A long body is synced and recorded every 8 MiB or 5 s, and what had come stays when it breaks off; ask where to go on. ' +
      'With Content-Digest it is recorded as a whole or not at all.',
    parameters: [
      uploadId,
      {
        in: 'header',
        name: 'Upload-Offset',
        description: 'Where the first byte belongs: the end of what is held from 0 without a gap.',
        required: true,
        schema: z.string().regex(/^\d+$/u),
        example: '0',
      },
      contentDigest,
    ],
    body,
    answers: resultAnswers(uploadResultSchema),
    problems: [
      ...BYTES_PROBLEMS,
      ...(['missing-header', 'invalid-header', 'offset-conflict', 'chunk-conflict', 'file-too-large'] as const),
    ],
    problemHeaders: { 409: { 'Upload-Offset': offsetHeader } },
  },
];
