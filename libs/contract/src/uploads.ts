import * as z from 'zod';
import { idSchema } from './ids.js';
import { fileSchema } from './files.js';

/** The states of an upload. `receiving` and `completing` are alive; the others are final. */
export const UPLOAD_STATES = ['receiving', 'completing', 'complete', 'failed', 'cancelled', 'expired'] as const;
/** See {@link UPLOAD_STATES}. */
export const uploadStateSchema = z.enum(UPLOAD_STATES);
/** See {@link UPLOAD_STATES}. */
export type UploadState = z.infer<typeof uploadStateSchema>;

/** What every answer says of an upload. */
export const uploadSchema = z.object({
  id: idSchema,
  state: uploadStateSchema,
  length: z.number().int().nonnegative().nullable().describe('Declared length in bytes; null while it is not known.'),
  received: z.number().int().nonnegative().describe('Bytes held durably: synced and recorded.'),
  reason: z
    .string()
    .optional()
    .describe('Code of the problem that keeps the upload from going on, such as `name-taken`, or ended it.'),
});
/** See {@link uploadSchema}. */
export type Upload = z.infer<typeof uploadSchema>;

/** Begins every secret of an upload, so that it is known for one wherever it turns up. */
export const GRANT_PREFIX = 'upg_';

/** The answer to every accepted request on an upload: 200 chunk held, 201 file exists, 202 completing. */
export const uploadResultSchema = z.object({
  upload: uploadSchema,
  complete: z.boolean(),
  file: fileSchema.optional(),
  grant: z
    .string()
    .optional()
    .describe(
      'Told once, to a session that has begun the upload: as `Authorization: Bearer` it lets this upload go on after the ' +
        'session has run out.',
    ),
});
/** See {@link uploadResultSchema}. */
export type UploadResult = z.infer<typeof uploadResultSchema>;

/** Bytes from `start` up to, and without, `end`. */
export const byteRangeSchema = z.object({
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
});
/** See {@link byteRangeSchema}. */
export type ByteRange = z.infer<typeof byteRangeSchema>;

/** What becomes of a file whose name is taken in its folder: refused, named `name (1).ext`, or put in the place of the other. */
export const CONFLICT_POLICIES = ['reject', 'rename', 'replace'] as const;
/** See {@link CONFLICT_POLICIES}. */
export const conflictPolicySchema = z.enum(CONFLICT_POLICIES);
/** See {@link CONFLICT_POLICIES}. */
export type ConflictPolicy = z.infer<typeof conflictPolicySchema>;

/** An upload as lists show it. */
export const uploadSummarySchema = uploadSchema.extend({
  name: z.string(),
  owner: z
    .object({ id: idSchema, name: z.string() })
    .nullable()
    .describe('The account that began it; null for what belongs to none.'),
  missing: z
    .number()
    .int()
    .nonnegative()
    .nullable()
    .describe('Bytes that have not come; null while the length is not known.'),
  space: idSchema.describe('Id of the space that its file is to be in.'),
  folder: idSchema.describe(
    'Id of the folder that `path` begins in; for the root, the id of the space. It may be gone.',
  ),
  path: z.string().describe('Folder, `/`-separated, from there on; empty for `folder` itself.'),
  chunkSize: z.number().int().positive().nullable().describe('Bytes of every chunk but the last; null without chunks.'),
  conflict: conflictPolicySchema.describe('What becomes of it when its name is taken.'),
  createdAt: z.string().describe('ISO 8601 in UTC.'),
  updatedAt: z.string().describe('When the last byte was recorded, or the upload was created; ISO 8601 in UTC.'),
  expiresAt: z
    .string()
    .nullable()
    .describe('When it is given up unless another byte comes; ISO 8601 in UTC; null once it takes no more.'),
  active: z.boolean().describe('True while a request is sending bytes of it.'),
});
/** See {@link uploadSummarySchema}. */
export type UploadSummary = z.infer<typeof uploadSummarySchema>;

/** At most this many ranges are listed in {@link uploadStatusSchema}. */
export const MAX_MISSING_RANGES = 10_000;

/** `GET /api/uploads/{id}`. */
export const uploadStatusSchema = uploadResultSchema.extend({
  upload: uploadSummarySchema,
  offset: z.number().int().nonnegative().describe('End of the contiguous run of bytes held from 0.'),
  missing: z
    .array(byteRangeSchema)
    .describe(
      `What is not held yet, in order, ends exclusive; empty once nothing more is wanted. The first ${MAX_MISSING_RANGES}.`,
    ),
  missingTruncated: z.boolean().describe('True when more ranges are missing than are listed.'),
  bitmap: z
    .base64()
    .optional()
    .describe(
      'While bytes are wanted, and if it has chunks: a bit for each that is held, chunk 0 in the lowest bit of the first byte.',
    ),
});
/** See {@link uploadStatusSchema}. */
export type UploadStatus = z.infer<typeof uploadStatusSchema>;

/** Longest range that one digest of {@link uploadDigestsSchema} stands for. */
export const DIGEST_WINDOW_BYTES = 8 * 1024 * 1024;
/** Most digests in one answer. */
export const MAX_DIGEST_WINDOWS = 16;

/** `GET /api/uploads/{id}/digests?from=…`: what an unfinished upload holds, for comparison with a file. */
export const uploadDigestsSchema = z.object({
  digests: z
    .array(byteRangeSchema.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/u) }))
    .max(MAX_DIGEST_WINDOWS)
    .describe(
      `SHA-256 of the bytes held, in order, in ranges of ${DIGEST_WINDOW_BYTES} bytes at most; gaps are left out.`,
    ),
  next: z.number().int().nonnegative().nullable().describe('`from` of the next request; null when that was all.'),
});
/** See {@link uploadDigestsSchema}. */
export type UploadDigests = z.infer<typeof uploadDigestsSchema>;

/** A media type without parameters. */
const mediaTypeSchema = z
  .string()
  .max(255)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u, 'must be a media type such as image/png');

/** `POST /api/uploads`. */
export const createUploadSchema = z.strictObject({
  name: z.string().describe('File name: 1 to 255 bytes of UTF-8 without `/`, `\\` and control characters.'),
  space: idSchema
    .optional()
    .describe(
      "Id of the space that the file is to be in. Left out: one's own; without an account, the first of a team.",
    ),
  folder: idSchema
    .optional()
    .describe(
      'Id of the folder that `path` begins in; its space is that of the file. Left out: the root of the space.',
    ),
  path: z.string().default('').describe('Folder, `/`-separated, without a leading slash; made where it is missing.'),
  length: z
    .number()
    .int()
    .nonnegative()
    .nullable()
    .describe('Bytes of the whole file; null when they are not known yet: then `complete` declares them.'),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/u, 'must be 64 hex digits')
    .optional()
    .describe('SHA-256 of the whole file in hex; without a match no file comes into being.'),
  mediaType: mediaTypeSchema.default('application/octet-stream'),
  conflict: conflictPolicySchema
    .optional()
    .describe('What becomes of the file if its name is taken; left out: what the policy of the space says.'),
  chunkSize: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Bytes of every chunk but the last, if chunks are to be sent by index.'),
});
/** See {@link createUploadSchema}. */
export type CreateUpload = z.infer<typeof createUploadSchema>;

/** `POST /api/uploads/{id}/complete`: what is left out stays as it is. */
export const completeUploadSchema = z.strictObject({
  name: z.string().optional().describe('Another file name.'),
  folder: idSchema.optional().describe('Id of another folder that `path` begins in; of the same space.'),
  path: z.string().optional().describe('Another folder, from there on.'),
  conflict: conflictPolicySchema.optional().describe('Another answer to a name that is taken.'),
});
/** See {@link completeUploadSchema}. */
export type CompleteUpload = z.infer<typeof completeUploadSchema>;

/** `GET /api/uploads?scope=…&state=…&limit=…&cursor=…`, newest first. */
export const uploadListSchema = z.object({
  uploads: z.array(uploadSummarySchema),
  total: z.number().int().nonnegative().describe('How many there are on all pages.'),
  bytes: z.number().int().nonnegative().describe('What they hold on all pages; those that have ended hold nothing.'),
  /** Cursor of the next page; null on the last. */
  next: z.string().nullable(),
});
/** See {@link uploadListSchema}. */
export type UploadList = z.infer<typeof uploadListSchema>;
