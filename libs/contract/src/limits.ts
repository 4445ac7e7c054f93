import * as z from 'zod';

/** `GET /api/limits`: what this server accepts, and what works best. Sizes in bytes. */
export const limitsSchema = z.object({
  maxFileSize: z.number().int().positive(),
  minChunkSize: z.number().int().positive(),
  maxChunkSize: z.number().int().positive(),
  recommendedChunkSize: z.number().int().positive(),
  /** Chunks of one file that are best sent at once. */
  recommendedParallelChunks: z.number().int().positive(),
  maxChunks: z.number().int().positive(),
  maxNameBytes: z.number().int().positive(),
  maxPathBytes: z.number().int().positive(),
  maxPathDepth: z.number().int().positive(),
});
/** See {@link limitsSchema}. */
export type Limits = z.infer<typeof limitsSchema>;

/** Longest page of a list. */
export const MAX_PAGE_SIZE = 200;
/** Page of a list when the request names none. */
export const DEFAULT_PAGE_SIZE = 50;
