import * as z from 'zod';
import { idSchema } from './ids.js';
import { SCOPES } from './permissions.js';

/** Longest name of a token, in characters. */
export const MAX_TOKEN_NAME_LENGTH = 64;
/** So many tokens an account can have. */
export const MAX_TOKENS = 100;
/** A token can be limited to so many spaces. */
export const MAX_TOKEN_SPACES = 100;
/** Begins every token, so that it is known for one wherever it turns up. */
export const TOKEN_PREFIX = 'stw_';

/** What a token may do; never more than the account that it belongs to. */
export const scopeSchema = z.enum(SCOPES);
/** See {@link scopeSchema}. */
export type Scope = z.infer<typeof scopeSchema>;

/** A token of an account, without its secret. */
export const apiTokenSchema = z.object({
  id: idSchema,
  name: z.string(),
  scopes: z.array(scopeSchema),
  spaces: z.array(idSchema).nullable().describe('Ids of the only spaces that it is for; null: all of its account.'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable().describe('Null for one that does not expire.'),
  lastUsedAt: z.iso.datetime().nullable().describe('To the minute; null before the first time.'),
});
/** See {@link apiTokenSchema}. */
export type ApiToken = z.infer<typeof apiTokenSchema>;

/** `GET /api/tokens`: one's own, the newest first. */
export const apiTokenListSchema = z.object({ tokens: z.array(apiTokenSchema) });
/** See {@link apiTokenListSchema}. */
export type ApiTokenList = z.infer<typeof apiTokenListSchema>;

/** `POST /api/tokens`. */
export const createApiTokenSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(MAX_TOKEN_NAME_LENGTH)
    .regex(/^\P{Cc}*$/u, 'must not have control characters')
    .describe('For its owner, to know it by.'),
  scopes: z
    .array(scopeSchema)
    .min(1)
    .max(SCOPES.length)
    .transform((scopes) => [...new Set(scopes)]),
  spaces: z
    .array(idSchema)
    .min(1)
    .max(MAX_TOKEN_SPACES)
    .transform((spaces) => [...new Set(spaces)])
    .nullable()
    .default(null)
    .describe('Ids of the only spaces that it is for; null: all that its account is or will be in.'),
  expiresAt: z.iso.datetime().nullable().describe('In the future; null for one that does not expire.'),
});
/** See {@link createApiTokenSchema}. */
export type CreateApiToken = z.infer<typeof createApiTokenSchema>;
/** The same, as it is sent. */
export type ApiTokenWish = z.input<typeof createApiTokenSchema>;

/** Answer of `POST /api/tokens`. */
export const newApiTokenSchema = z.object({
  token: apiTokenSchema,
  secret: z.string().describe('Told here only. Sent as `Authorization: Bearer`.'),
});
/** See {@link newApiTokenSchema}. */
export type NewApiToken = z.infer<typeof newApiTokenSchema>;
