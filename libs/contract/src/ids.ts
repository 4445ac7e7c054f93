import * as z from 'zod';

/** Ids are ours: at least 128 random bits in URL-safe base64. Nothing else is looked up. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{22,43}$/u;

/** See {@link ID_PATTERN}. */
export const idSchema = z.string().regex(ID_PATTERN);
