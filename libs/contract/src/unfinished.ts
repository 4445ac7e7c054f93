import * as z from 'zod';
import { idSchema } from './ids.js';

/** Whose uploads are meant: one's own, those into a space (for its managers), or all (for admins). */
export const UPLOAD_SCOPES = ['own', 'space', 'all'] as const;
/** See {@link UPLOAD_SCOPES}. */
export const uploadScopeSchema = z
  .enum(UPLOAD_SCOPES)
  .describe("`own`: one's own; `space`: those into one space, for its managers; `all`: for admins.");
/** See {@link UPLOAD_SCOPES}. */
export type UploadScope = z.infer<typeof uploadScopeSchema>;

/** Longest time that can be asked for without a byte, in seconds: ten years. */
export const MAX_IDLE_SECONDS = 315_360_000;
/** Shortest time without a byte after which an upload can be purged, in seconds: between two chunks nobody sends either. */
export const MIN_PURGE_IDLE_SECONDS = 60;
/** Most uploads that one request purges. */
export const MAX_PURGED_UPLOADS = 1000;

/** A part of a file name, in any case. */
export const uploadNamePartSchema = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/\p{Cc}/u.test(text), 'must have no control characters')
  .describe('Only those with this in their names, in any case.');

/** `POST /api/uploads/purge`: which unfinished uploads are to go. */
export const purgeUploadsSchema = z.strictObject({
  scope: uploadScopeSchema,
  space: idSchema.optional().describe('Only those into this space; `space` needs it.'),
  owner: idSchema.optional().describe('Only those of this account.'),
  name: uploadNamePartSchema.optional(),
  idleFor: z
    .number()
    .int()
    .min(MIN_PURGE_IDLE_SECONDS)
    .max(MAX_IDLE_SECONDS)
    .describe('Only those that got no byte for so many seconds.'),
  dryRun: z.boolean().default(true).describe('True: nothing is removed, the answer tells what would be.'),
});
/** See {@link purgeUploadsSchema}. */
export type PurgeUploads = z.infer<typeof purgeUploadsSchema>;

/** What a purge found and did. */
export const purgedSchema = z.object({
  dryRun: z.boolean(),
  matched: z.number().int().nonnegative().describe('Uploads that fit and can go.'),
  bytes: z.number().int().nonnegative().describe('What they hold.'),
  removed: z.number().int().nonnegative().describe('How many of them have been removed; 0 on a dry run.'),
  freed: z.number().int().nonnegative().describe('Bytes that those held; 0 on a dry run.'),
  kept: z
    .number()
    .int()
    .nonnegative()
    .describe('Uploads that fit and stay: a request writes to them, they got a byte meanwhile, or they are whole.'),
  more: z
    .boolean()
    .describe(`True when there are more than one request removes, which is ${MAX_PURGED_UPLOADS}: ask again.`),
});
/** See {@link purgedSchema}. */
export type Purged = z.infer<typeof purgedSchema>;
