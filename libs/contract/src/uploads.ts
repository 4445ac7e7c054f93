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
  /** Declared length in bytes; null while it is not known (a plain form post that is still arriving). */
  length: z.number().int().nonnegative().nullable(),
  /** Bytes held durably: synced and recorded. */
  received: z.number().int().nonnegative(),
  /** Code of the problem that keeps the upload from going on, e.g. `name-taken`. */
  reason: z.string().optional(),
});
/** See {@link uploadSchema}. */
export type Upload = z.infer<typeof uploadSchema>;

/** The answer to every accepted request on an upload: 200 chunk held, 201 file exists, 202 completing. */
export const uploadResultSchema = z.object({
  upload: uploadSchema,
  complete: z.boolean(),
  file: fileSchema.optional(),
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

/** An upload as lists show it. */
export const uploadSummarySchema = uploadSchema.extend({
  name: z.string(),
  /** Folder, `/`-separated; `''` is the root. */
  path: z.string(),
  /** ISO 8601 in UTC. */
  createdAt: z.string(),
  /** When the last byte was recorded, or the upload was created; ISO 8601 in UTC. */
  updatedAt: z.string(),
});
/** See {@link uploadSummarySchema}. */
export type UploadSummary = z.infer<typeof uploadSummarySchema>;

/** At most this many ranges are listed in {@link uploadStatusSchema}. */
export const MAX_MISSING_RANGES = 10_000;

/** `GET /api/uploads/{id}`. */
export const uploadStatusSchema = uploadResultSchema.extend({
  upload: uploadSummarySchema,
  /** End of the contiguous run of bytes held from 0. */
  offset: z.number().int().nonnegative(),
  /** What is not held yet, in order; empty once nothing more is wanted. The first {@link MAX_MISSING_RANGES}. */
  missing: z.array(byteRangeSchema),
  /** True when more ranges are missing than are listed. */
  missingTruncated: z.boolean(),
});
/** See {@link uploadStatusSchema}. */
export type UploadStatus = z.infer<typeof uploadStatusSchema>;

/** `GET /api/uploads?state=…&dzuuid=…&limit=…&cursor=…`, newest first. */
export const uploadListSchema = z.object({
  uploads: z.array(uploadSummarySchema),
  /** Cursor of the next page; null on the last. */
  next: z.string().nullable(),
});
/** See {@link uploadListSchema}. */
export type UploadList = z.infer<typeof uploadListSchema>;
