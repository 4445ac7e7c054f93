import * as z from 'zod';
import { idSchema } from './ids.js';

/** A stored file. */
export const fileSchema = z.object({
  id: idSchema,
  name: z.string(),
  /** Folder, `/`-separated; `''` is the root. */
  path: z.string(),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  /** Of the whole content, 64 lower-case hex digits; computed by the server. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  /** As the client declared it; downloads are labelled from an allow-list instead. */
  mediaType: z.string(),
  /** ISO 8601 in UTC. */
  createdAt: z.string(),
  /** Path of the content on this server. */
  url: z.string(),
});
/** See {@link fileSchema}. */
export type StoredFile = z.infer<typeof fileSchema>;

/** `GET /api/files?limit=…&cursor=…`, newest first. */
export const fileListSchema = z.object({
  files: z.array(fileSchema),
  /** Cursor of the next page; null on the last. */
  next: z.string().nullable(),
});
/** See {@link fileListSchema}. */
export type FileList = z.infer<typeof fileListSchema>;
