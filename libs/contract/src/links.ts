import * as z from 'zod';
import { MAX_PASSWORD_BYTES, MIN_PASSWORD_LENGTH } from './accounts.js';
import { idSchema } from './ids.js';
import { nameKey } from './names.js';
import { isExtension } from './policies.js';

/** What a link lets its holder do: read what it leads to, or only upload into it. */
export const LINK_KINDS = ['share', 'request'] as const;
/** See {@link LINK_KINDS}. */
export const linkKindSchema = z
  .enum(LINK_KINDS)
  .describe(
    '`share`: lets its holder read a file or folder; `request`: lets its holder upload into a folder, no more.',
  );
/** See {@link LINK_KINDS}. */
export type LinkKind = z.infer<typeof linkKindSchema>;

/** Pattern of the secret in a link's address: 256 random bits. */
export const SLUG_PATTERN = /^[A-Za-z0-9_-]{43}$/u;
/** See {@link SLUG_PATTERN}. */
export const slugSchema = z.string().regex(SLUG_PATTERN);

/** Longest title of a link, in characters. */
export const MAX_LINK_TITLE_LENGTH = 120;
/** Longest note to whoever opens a link, in characters. */
export const MAX_LINK_NOTE_LENGTH = 2000;
/** Longest name that a sender can give, in characters. */
export const MAX_SENDER_LENGTH = 120;
/** So many extensions can be allowed. */
export const MAX_LINK_EXTENSIONS = 100;
/** So many links that are not revoked can lead into one space. */
export const MAX_LINKS = 10_000;
/** So many accesses of a link are kept, the newest. */
export const MAX_LINK_ACCESSES = 1000;
/** An access is kept for so many days. */
export const LINK_ACCESS_DAYS = 90;

/** Shortest key of an upload by a request, in characters: it is what its sender, and nobody else, is known by. */
export const MIN_SENT_KEY_LENGTH = 16;

/** How a link is. */
export const linkStateSchema = z
  .enum(['valid', 'revoked', 'expired', 'used-up', 'target-gone'])
  .describe(
    '`used-up`: its limit of downloads or uploads is reached; `target-gone`: what it leads to is in the trash, deleted, or ' +
      'in another space. Only `revoked` is for ever.',
  );
/** See {@link linkStateSchema}. */
export type LinkState = z.infer<typeof linkStateSchema>;

const title = z
  .string()
  .trim()
  .max(MAX_LINK_TITLE_LENGTH)
  .regex(/^\P{Cc}*$/u, 'must not have control characters')
  .describe('Heading of its page; empty for none.');
const note = z
  .string()
  .max(MAX_LINK_NOTE_LENGTH)
  .regex(/^[\P{Cc}\n\r\t]*$/u, 'must not have control characters')
  .describe('For whoever opens it; empty for none.');
const expiresAt = z.iso.datetime().nullable().describe('In the future; null for one that does not expire.');
const password = z
  .string()
  .max(MAX_PASSWORD_BYTES)
  .describe(`${MIN_PASSWORD_LENGTH} characters or more, and none that is known from breaches.`);
const most = (what: string) => z.number().int().positive().max(1_000_000_000).nullable().describe(what);
const maxDownloads = most('Files and ZIP files that can be downloaded with it; null: any number.');
const maxUploads = most('Files that can be uploaded with it; null: any number.');
const maxFileSize = z
  .number()
  .int()
  .positive()
  .nullable()
  .describe('Bytes of the largest file; null: as large as the server takes.');
const extensions = z
  .array(
    z
      .string()
      .overwrite(nameKey)
      .regex(/^[^\s./\\]{1,32}$/u, 'must be an extension without its dot')
      .refine(isExtension, 'must be an extension without its dot'),
  )
  .min(1)
  .max(MAX_LINK_EXTENSIONS)
  .transform((all) => [...new Set(all)])
  .nullable()
  .describe('The only extensions that names may end in, without the dot; null: any.');
const askName = z.boolean().describe('Whether whoever uploads has to give a name.');

/** A link, as those see it who manage it. */
export const linkSchema = z.object({
  id: idSchema,
  kind: linkKindSchema,
  slug: slugSchema.describe('The secret of its address.'),
  url: z.string().describe('Address of its page; without STOWAGE_PUBLIC_URL, relative to this server.'),
  space: idSchema,
  entry: idSchema.describe('Id of the file or folder; of a root folder, that of its space.'),
  entryName: z.string().nullable().describe('Null when it is gone for good.'),
  title: z.string(),
  note: z.string(),
  state: linkStateSchema,
  hasPassword: z.boolean(),
  expiresAt: z.iso.datetime().nullable(),
  maxDownloads,
  downloads: z.number().int().nonnegative().describe('How many there have been.'),
  maxUploads,
  uploads: z.number().int().nonnegative().describe('Files that have come.'),
  maxFileSize,
  allowedExtensions: z.array(z.string()).nullable(),
  askName,
  createdBy: z.string().nullable().describe('Name of the account; null when nobody with an account made it.'),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
});
/** See {@link linkSchema}. */
export type Link = z.infer<typeof linkSchema>;

/** `GET /api/share-links?space=…` or `?entry=…`: newest first. */
export const linkListSchema = z.object({
  links: z.array(linkSchema),
  next: z.string().nullable().describe('For the next page; null on the last one.'),
});
/** See {@link linkListSchema}. */
export type LinkList = z.infer<typeof linkListSchema>;

/** `POST /api/share-links`. */
export const createLinkSchema = z
  .strictObject({
    kind: linkKindSchema,
    entry: idSchema.describe(
      'Id of a file or folder; of a folder for a request. A root folder has the id of its space.',
    ),
    title: title.default(''),
    note: note.default(''),
    password: password.nullable().default(null),
    expiresAt: expiresAt.default(null),
    maxDownloads: maxDownloads.optional(),
    maxUploads: maxUploads.optional(),
    maxFileSize: maxFileSize.optional(),
    allowedExtensions: extensions.optional(),
    askName: askName.optional(),
  })
  .refine(
    ({ kind, maxDownloads: downloads }) => kind === 'share' || downloads === undefined,
    'maxDownloads is of shares',
  )
  .refine(
    ({ kind, maxUploads: uploads, maxFileSize: size, allowedExtensions: allowed, askName: ask }) =>
      kind === 'request' || [uploads, size, allowed, ask].every((wish) => wish === undefined),
    'maxUploads, maxFileSize, allowedExtensions and askName are of requests',
  );
/** See {@link createLinkSchema}. */
export type CreateLink = z.infer<typeof createLinkSchema>;
/** What a client sends of it. */
export type LinkWish = z.input<typeof createLinkSchema>;

/** `PATCH /api/share-links/{id}`: what is left out stays as it is. */
export const changeLinkSchema = z
  .strictObject({
    title: title.optional(),
    note: note.optional(),
    password: password
      .nullable()
      .optional()
      .describe('Null removes it. Whoever has shown the old one has to show it anew.'),
    expiresAt: expiresAt.optional(),
    maxDownloads: maxDownloads.optional(),
    maxUploads: maxUploads.optional(),
    maxFileSize: maxFileSize.optional(),
    allowedExtensions: extensions.optional(),
    askName: askName.optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something');
/** See {@link changeLinkSchema}. */
export type ChangeLink = z.infer<typeof changeLinkSchema>;
/** What a client sends of it. */
export type LinkChange = z.input<typeof changeLinkSchema>;

/** What somebody has done with a link. */
export const linkAccessSchema = z.object({
  at: z.iso.datetime(),
  action: z.enum(['opened', 'password-wrong', 'downloaded', 'uploaded']),
  name: z.string().nullable().describe('Of the file or ZIP file.'),
  sender: z.string().nullable().describe('The name that whoever uploaded it has given.'),
  network: z.string().describe('Network of the address: of IPv4 three of four numbers, of IPv6 the first 48 bits.'),
});
/** See {@link linkAccessSchema}. */
export type LinkAccess = z.infer<typeof linkAccessSchema>;

/** `GET /api/share-links/{id}/accesses`: newest first, the last {@link MAX_LINK_ACCESSES} of {@link LINK_ACCESS_DAYS} days. */
export const linkAccessListSchema = z.object({
  accesses: z.array(linkAccessSchema),
  next: z.string().nullable().describe('For the next page; null on the last one.'),
});
/** See {@link linkAccessListSchema}. */
export type LinkAccessList = z.infer<typeof linkAccessListSchema>;
