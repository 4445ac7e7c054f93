import * as z from 'zod';
import { fileSchema } from './files.js';
import { idSchema } from './ids.js';
import { trashedSchema } from './trash.js';
import { conflictPolicySchema } from './uploads.js';

/** A folder. */
export const folderSchema = z.object({
  kind: z.literal('folder'),
  id: idSchema.describe('The root folder of a space has the id of the space.'),
  name: z.string(),
  space: idSchema.describe('Id of the space that it is in.'),
  parent: idSchema.nullable().describe('Id of the folder that it is in; null for a root folder.'),
  path: z.string().describe('Folder that it is in, `/`-separated; empty for the root.'),
  createdAt: z.iso.datetime(),
  trashed: trashedSchema.optional().describe('Only in the trash, and there of what was put there itself.'),
});
/** See {@link folderSchema}. */
export type Folder = z.infer<typeof folderSchema>;

/** A node of a space's tree. */
export const entrySchema = z.discriminatedUnion('kind', [folderSchema, fileSchema]);
/** See {@link entrySchema}. */
export type Entry = z.infer<typeof entrySchema>;

/** What a folder's entries are ordered by; folders come first in any order. */
export const ENTRY_ORDERS = ['name', 'size', 'created'] as const;
/** See {@link ENTRY_ORDERS}. */
export const entryOrderSchema = z
  .enum(ENTRY_ORDERS)
  .describe('`name`: as people count, `2` before `10`; `size`: of files; `created`: when it came into being.');
/** See {@link ENTRY_ORDERS}. */
export type EntryOrder = z.infer<typeof entryOrderSchema>;

/** `GET /api/folders/{id}/entries?sort=…&order=…&limit=…&cursor=…`, and `GET /api/spaces/{id}/trash?…`, newest first. */
export const entryListSchema = z.object({
  entries: z.array(entrySchema),
  total: z.number().int().nonnegative().describe('How many there are on all pages, at this moment.'),
  next: z.string().nullable().describe('For the next page; null on the last one.'),
});
/** See {@link entryListSchema}. */
export type EntryList = z.infer<typeof entryListSchema>;

/** `GET /api/folders/{id}`. */
export const folderWithAncestorsSchema = folderSchema.extend({
  ancestors: z
    .array(z.object({ id: idSchema, name: z.string() }))
    .describe('The folders that it is in, outermost first: that of the space, then down to its parent.'),
});
/** See {@link folderWithAncestorsSchema}. */
export type FolderWithAncestors = z.infer<typeof folderWithAncestorsSchema>;

/** `POST /api/folders`. */
export const createFolderSchema = z.strictObject({
  parent: idSchema.describe('Id of the folder that it is to be in; for the root, the id of the space.'),
  path: z.string().describe('Its name, or several ones with `/` between them: what is missing is made.'),
  existing: z
    .enum(['reject', 'accept'])
    .default('reject')
    .describe('`accept`: a folder that is there already is the answer, with 200; `reject`: 409.'),
});
/** See {@link createFolderSchema}. */
export type CreateFolder = z.infer<typeof createFolderSchema>;
/** What a client sends of it. */
export type FolderWish = z.input<typeof createFolderSchema>;

/** `PATCH /api/entries/{id}`: renames, moves, or both. */
export const changeEntrySchema = z
  .strictObject({
    name: z.string().optional(),
    parent: idSchema.optional().describe('Id of the folder that it is to be in, of the same space or another.'),
    conflict: conflictPolicySchema
      .default('reject')
      .describe('What becomes of it if the name is taken there; only a file can be replaced, by a file.'),
  })
  .refine(({ name, parent }) => name !== undefined || parent !== undefined, 'must change something');
/** See {@link changeEntrySchema}. */
export type ChangeEntry = z.infer<typeof changeEntrySchema>;
/** What a client sends of it. */
export type EntryChange = z.input<typeof changeEntrySchema>;

/** `POST /api/entries/{id}/restore`: out of the trash. */
export const restoreEntrySchema = z.strictObject({
  parent: idSchema
    .optional()
    .describe('Into this folder. Left out: where it was; if that is gone, into the root of the space.'),
  conflict: conflictPolicySchema.default('reject'),
});
/** See {@link restoreEntrySchema}. */
export type RestoreEntry = z.infer<typeof restoreEntrySchema>;
/** What a client sends of it. */
export type RestoreWish = z.input<typeof restoreEntrySchema>;

/** What can be done with many entries at once. */
export const OPERATION_ACTIONS = ['move', 'copy', 'trash', 'restore', 'purge'] as const;
/** See {@link OPERATION_ACTIONS}. */
export const operationActionSchema = z
  .enum(OPERATION_ACTIONS)
  .describe(
    '`move`, `copy`: into the folder `to`, folders with all that is in them; `trash`: into the trash; `restore`: out of ' +
      'it; `purge`: removes them for good.',
  );
/** See {@link OPERATION_ACTIONS}. */
export type OperationAction = z.infer<typeof operationActionSchema>;

/** Most entries that one operation can be asked for; what is in them comes on top. */
export const MAX_OPERATION_ENTRIES = 1000;

/** `POST /api/operations`. */
export const createOperationSchema = z
  .strictObject({
    action: operationActionSchema,
    entries: z.array(idSchema).min(1).max(MAX_OPERATION_ENTRIES).describe('Ids of files and folders of one space.'),
    to: idSchema.optional().describe('Id of the folder; for `move` and `copy`, and for them alone.'),
    conflict: conflictPolicySchema.default('reject').describe('For `move`, `copy` and `restore`.'),
  })
  .refine(
    ({ action, to }) => (action === 'move' || action === 'copy') === (to !== undefined),
    '`to` goes with `move` and `copy`',
  );
/** See {@link createOperationSchema}. */
export type CreateOperation = z.infer<typeof createOperationSchema>;
/** What a client sends of it. */
export type OperationWish = z.input<typeof createOperationSchema>;

/** Most failures that an operation names. */
export const MAX_OPERATION_FAILURES = 100;

/** Something done with many entries, or being done. */
export const operationSchema = z.object({
  id: idSchema,
  action: operationActionSchema,
  state: z
    .enum(['running', 'done', 'cancelled'])
    .describe('`done` also when some entries failed; what was done before a cancel stays done.'),
  total: z
    .number()
    .int()
    .nonnegative()
    .nullable()
    .describe('Entries to go through, those in folders too; null: not counted yet.'),
  done: z.number().int().nonnegative().describe('How many of them have been gone through.'),
  failed: z.number().int().nonnegative().describe('How many of them stayed as they were.'),
  failures: z
    .array(z.object({ entry: idSchema, name: z.string(), code: z.string(), detail: z.string() }))
    .describe(`Why; the first ${MAX_OPERATION_FAILURES}.`),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
/** See {@link operationSchema}. */
export type Operation = z.infer<typeof operationSchema>;

/** `GET /api/operations`: one's own of the last day, newest first. */
export const operationListSchema = z.object({ operations: z.array(operationSchema) });
/** See {@link operationListSchema}. */
export type OperationList = z.infer<typeof operationListSchema>;
