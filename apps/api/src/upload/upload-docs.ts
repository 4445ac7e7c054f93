import { UPLOAD_PASSWORD_HEADER, idSchema, type ProblemCode } from '@stowage/contract';
import { z } from 'zod';
import type { AnswerDoc, HeaderDoc, ParameterDoc } from '../platform/openapi/route-doc.js';

/** The group of all routes about uploads. */
export const UPLOADS_TAG = 'Uploads';

/** The upload that a path names. */
export const uploadId: ParameterDoc = {
  in: 'path',
  name: 'id',
  description: 'Id of the upload.',
  required: true,
  schema: idSchema,
  example: 'YW4gdXBsb2FkIGluIHByb2dy',
};

/** The password for uploads, where a folder or space wants one. */
export const uploadPassword: ParameterDoc = {
  in: 'header',
  name: UPLOAD_PASSWORD_HEADER,
  description: 'Password for uploads, where one is wanted: bytes of UTF-8.',
  required: false,
  schema: z.string(),
};

/** What is refused without it. */
export const UPLOAD_PASSWORD_PROBLEMS: readonly ProblemCode[] = [
  'upload-password-needed',
  'upload-password-wrong',
  'too-many-attempts',
];

const EXAMPLE_FILE = {
  kind: 'file',
  id: 'c2VlIHRoZSBsaXN0IG9mIGZp',
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

const EXAMPLE_PART = { id: uploadId.example, state: 'receiving', length: 20_000_000, received: 8_000_000 };

/** An upload as lists show it, for examples. */
export const EXAMPLE_UPLOAD = {
  ...EXAMPLE_PART,
  name: 'film.bin',
  owner: { id: 'YW5vdGhlciByYW5kb20gaWQx', name: 'Adam' },
  missing: 12_000_000,
  space: 'c3BhY2UgdGhhdCBoYXMgYSBp',
  folder: 'c3BhY2UgdGhhdCBoYXMgYSBp',
  path: 'films/2026',
  chunkSize: 8_000_000,
  conflict: 'reject',
  createdAt: '2026-11-23T09:00:00.000Z',
  updatedAt: '2026-11-23T09:30:00.000Z',
  expiresAt: '2026-11-30T09:30:00.000Z',
  active: false,
};

/** The status of an upload, for examples. */
export const EXAMPLE_STATUS = {
  upload: EXAMPLE_UPLOAD,
  complete: false,
  offset: 8_000_000,
  missing: [{ start: 8_000_000, end: 20_000_000 }],
  missingTruncated: false,
  bitmap: 'AQ==',
};

/** Digests of what is held, for examples. */
export const EXAMPLE_DIGESTS = {
  digests: [{ start: 0, end: 8_000_000, sha256: EXAMPLE_FILE.sha256 }],
  next: null,
};

/** The answers to bytes, for examples. */
export const EXAMPLE_RESULTS = {
  held: { upload: EXAMPLE_PART, complete: false },
  completing: { upload: { ...EXAMPLE_PART, state: 'completing', received: 20_000_000 }, complete: false },
  complete: {
    upload: { ...EXAMPLE_PART, state: 'complete', received: 20_000_000 },
    complete: true,
    file: EXAMPLE_FILE,
  },
};

const bytes = z.string().regex(/^\d+$/u);
/** Where the next byte of an append belongs. */
export const offsetHeader: HeaderDoc = {
  description: 'End of the contiguous run of bytes held from 0.',
  schema: bytes,
};
/** What headers say of an upload. */
export const uploadHeaders: Readonly<Record<string, HeaderDoc>> = {
  'Upload-Offset': offsetHeader,
  'Upload-Length': { description: 'Bytes of the whole file, once they are known.', schema: bytes },
};

/** Why an upload that has ended takes nothing more. */
export const ENDED_PROBLEMS: readonly ProblemCode[] = [
  'upload-cancelled',
  'upload-expired',
  'bytes-missing',
  'bytes-lost',
  'digest-mismatch',
  'type-not-allowed',
  'content-not-allowed',
  'name-taken',
  'path-not-a-folder',
  'folder-not-found',
  'folder-too-deep',
  'quota-exceeded',
];

/** What can go wrong with any body of bytes. */
export const BYTES_PROBLEMS: readonly ProblemCode[] = [
  'upload-not-found',
  ...ENDED_PROBLEMS,
  'size-mismatch',
  'overloaded',
  'chunk-busy',
  'superseded',
  'storage-full',
  'storage-failed',
  'unsupported-encoding',
  'too-many-chunks',
];

/** How a request that carried bytes ends well. */
export function resultAnswers(schema: z.ZodType): AnswerDoc[] {
  const { held, completing, complete } = EXAMPLE_RESULTS;
  return [
    {
      status: 200,
      description: 'The bytes are held: synced and recorded.',
      schema,
      example: held,
      headers: uploadHeaders,
    },
    { status: 201, description: 'There is a file.', schema, example: complete, headers: uploadHeaders },
    {
      status: 202,
      description: 'All bytes are held; the file is being made. Ask for the status.',
      schema,
      example: completing,
      headers: uploadHeaders,
    },
  ];
}
