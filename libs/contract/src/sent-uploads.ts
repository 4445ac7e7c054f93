import * as z from 'zod';
import { MAX_SENDER_LENGTH } from './links.js';
import { byteRangeSchema, createUploadSchema, uploadSchema } from './uploads.js';

/** What a sender is told of a file that has come by a request: what they know themselves, and nothing of where it lies. */
export const sentFileSchema = z.object({
  name: z.string().describe('As it was sent; in the folder it may have a number.'),
  size: z.number().int().nonnegative().describe('Bytes.'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
});
/** See {@link sentFileSchema}. */
export type SentFile = z.infer<typeof sentFileSchema>;

/** The answer to every accepted request on an upload by a file request. */
export const sentResultSchema = z.object({
  upload: uploadSchema,
  complete: z.boolean(),
  file: sentFileSchema.optional(),
});
/** See {@link sentResultSchema}. */
export type SentResult = z.infer<typeof sentResultSchema>;

/** `GET /r/{slug}/uploads/{id}`: as of other uploads, without where it goes. */
export const sentStatusSchema = sentResultSchema.extend({
  upload: uploadSchema.extend({
    name: z.string(),
    chunkSize: z.number().int().positive().nullable(),
    expiresAt: z.string().nullable().describe('When it is given up unless another byte comes; ISO 8601 in UTC.'),
  }),
  offset: z.number().int().nonnegative().describe('End of the contiguous run of bytes held from 0.'),
  missing: z.array(byteRangeSchema),
  missingTruncated: z.boolean(),
  bitmap: z.base64().optional(),
});
/** See {@link sentStatusSchema}. */
export type SentStatus = z.infer<typeof sentStatusSchema>;

/** The name that a sender gives. */
export const senderSchema = z
  .string()
  .trim()
  .min(1)
  .max(MAX_SENDER_LENGTH)
  .regex(/^\P{Cc}*$/u, 'must not have control characters')
  .describe('Name of whoever sends it, for those who read the folder.');

/** `POST /r/{slug}/uploads`: begins an upload by a file request. */
export const sendUploadSchema = createUploadSchema
  .pick({ name: true, path: true, length: true, sha256: true, mediaType: true, chunkSize: true })
  .extend({ sender: senderSchema.optional() });
/** See {@link sendUploadSchema}. */
export type SendUpload = z.infer<typeof sendUploadSchema>;
/** What a client sends of it. */
export type SendWish = z.input<typeof sendUploadSchema>;
