import * as z from 'zod';
import { idSchema } from './ids.js';
import { trashedSchema } from './trash.js';

/** A stored file. */
export const fileSchema = z.object({
  kind: z.literal('file'),
  id: idSchema,
  name: z.string(),
  space: idSchema.describe('Id of the space that it is in.'),
  parent: idSchema.describe('Id of the folder that it is in; for the root, the id of the space.'),
  path: z.string().describe('That folder, `/`-separated; empty for the root.'),
  size: z.number().int().nonnegative().describe('Bytes.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/u)
    .describe('Of the whole content, in hex; computed by the server.'),
  mediaType: z.string().describe('As the client declared it; downloads are labelled from an allow-list instead.'),
  createdAt: z.string().describe('ISO 8601 in UTC.'),
  url: z.string().describe('Path of the content on this server.'),
  damaged: z
    .boolean()
    .optional()
    .describe('True when its bytes on the disk were found to be other than what was uploaded; else absent.'),
  sender: z.string().optional().describe('The name that whoever sent it to a file request has given; else absent.'),
  trashed: trashedSchema.optional().describe('Only in the trash, and there of what was put there itself.'),
});
/** See {@link fileSchema}. */
export type StoredFile = z.infer<typeof fileSchema>;

/** `GET /api/files?space=…&limit=…&cursor=…`, newest first. */
export const fileListSchema = z.object({
  files: z.array(fileSchema),
  /** Cursor of the next page; null on the last. */
  next: z.string().nullable(),
});
/** See {@link fileListSchema}. */
export type FileList = z.infer<typeof fileListSchema>;
