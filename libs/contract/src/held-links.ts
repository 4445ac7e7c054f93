import * as z from 'zod';
import { MAX_PASSWORD_BYTES } from './accounts.js';
import { idSchema } from './ids.js';

/** What is told of a link to whoever holds it, before the password as well. */
const doorSchema = z.object({
  locked: z.boolean().describe('True when its password has to be shown first: then nothing more is told.'),
  expiresAt: z.iso.datetime().nullable(),
});

/** What a share leads to, as its holder knows it: no path, no space, nothing that lies beside it. */
export const sharedEntrySchema = z.object({
  kind: z.enum(['folder', 'file']),
  id: idSchema,
  name: z.string(),
  size: z.number().int().nonnegative().nullable().describe('Bytes; null of a folder.'),
  mediaType: z.string().nullable().describe('As it was declared; null of a folder.'),
  sha256: z.string().nullable().describe('Of the whole content, in hex; null of a folder.'),
  createdAt: z.iso.datetime(),
});
/** See {@link sharedEntrySchema}. */
export type SharedEntry = z.infer<typeof sharedEntrySchema>;

/** `GET /api/links/{slug}` of a share. */
export const heldShareSchema = doorSchema.extend({
  kind: z.literal('share'),
  title: z.string().describe('Empty while locked.'),
  note: z.string().describe('Empty while locked.'),
  entry: sharedEntrySchema.nullable().describe('What it leads to; null while locked.'),
  downloadsLeft: z.number().int().nonnegative().nullable().describe('Null: any number, or locked.'),
});
/** See {@link heldShareSchema}. */
export type HeldShare = z.infer<typeof heldShareSchema>;

/** `GET /api/links/{slug}` of a file request. */
export const heldRequestSchema = doorSchema.extend({
  kind: z.literal('request'),
  title: z.string().describe('Empty while locked.'),
  note: z.string().describe('Empty while locked.'),
  askName: z.boolean().describe('Whether a sender has to give a name, as `sender`.'),
  uploadPassword: z
    .boolean()
    .describe('Whether each upload shows the password of the folder as well; see `Stowage-Upload-Password`.'),
  uploadsLeft: z.number().int().nonnegative().nullable().describe('Null: any number, or locked.'),
  maxFileSize: z.number().int().positive().nullable().describe('Bytes; null while locked.'),
  allowedExtensions: z.array(z.string()).nullable().describe('Without the dot; null: any, or locked.'),
});
/** See {@link heldRequestSchema}. */
export type HeldRequest = z.infer<typeof heldRequestSchema>;

/** `GET /api/links/{slug}`: a link, as its holder knows it. */
export const heldLinkSchema = z.discriminatedUnion('kind', [heldShareSchema, heldRequestSchema]);
/** See {@link heldLinkSchema}. */
export type HeldLink = z.infer<typeof heldLinkSchema>;

/** `POST /api/links/{slug}/unlock`. */
export const unlockLinkSchema = z.strictObject({ password: z.string().max(MAX_PASSWORD_BYTES) });
/** See {@link unlockLinkSchema}. */
export type UnlockLink = z.infer<typeof unlockLinkSchema>;

/** `GET /api/links/{slug}/entries?folder=…`: folders first, then by name as people count. */
export const sharedEntryListSchema = z.object({
  folder: z.object({ id: idSchema, name: z.string() }),
  ancestors: z
    .array(z.object({ id: idSchema, name: z.string() }))
    .describe('The folders that it is in, from the one that is shared down to its parent.'),
  entries: z.array(sharedEntrySchema),
  total: z.number().int().nonnegative().describe('How many there are on all pages, at this moment.'),
  next: z.string().nullable().describe('For the next page; null on the last one.'),
});
/** See {@link sharedEntryListSchema}. */
export type SharedEntryList = z.infer<typeof sharedEntryListSchema>;
