import * as z from 'zod';
import { idSchema } from './ids.js';
import { nameFault } from './names.js';
import type { Permission } from './permissions.js';
import { changePolicySchema, policySchema } from './policies.js';

/** Longest name of a space, in characters. */
export const MAX_SPACE_NAME_LENGTH = 64;

/** Says why no space can have this name, or null when one can; a sentence for a person. */
export function spaceNameFault(name: string): string | null {
  if (name.trim() !== name) return 'A name cannot begin or end with a blank.';
  if (name.length > MAX_SPACE_NAME_LENGTH) return `A name can have ${MAX_SPACE_NAME_LENGTH} characters at most.`;
  return nameFault(name);
}

/** What somebody is in a space, from the one who may least. */
export const SPACE_ROLES = ['viewer', 'contributor', 'editor', 'manager'] as const;
/** See {@link SPACE_ROLES}. */
export const spaceRoleSchema = z
  .enum(SPACE_ROLES)
  .describe(
    '`viewer`: lists and downloads files; `contributor`: also uploads and makes folders; `editor`: also renames, moves and ' +
      'deletes files and folders; `manager`: also says who is a member.',
  );
/** See {@link SPACE_ROLES}. */
export type SpaceRole = z.infer<typeof spaceRoleSchema>;

/** What each role may do in its space. */
export const SPACE_ROLE_PERMISSIONS: Readonly<Record<SpaceRole, readonly Permission[]>> = {
  viewer: ['self', 'files:read'],
  contributor: ['self', 'files:read', 'uploads:write'],
  editor: ['self', 'files:read', 'uploads:write', 'files:write'],
  manager: ['self', 'files:read', 'uploads:write', 'files:write', 'space:manage'],
};

/** Where files are, who may get at them, and how many bytes they may have. */
export const spaceSchema = z.object({
  id: idSchema,
  name: z.string(),
  kind: z.enum(['personal', 'team']).describe('`personal`: of one account, made with it; `team`: has members.'),
  role: spaceRoleSchema.nullable().describe('Of whoever asks; null for an admin who is no member.'),
  quota: z.number().int().positive().nullable().describe('Bytes that all its files may have; null: any number.'),
  quotaChosen: z.boolean().describe('False when the quota is that of the settings, which all spaces begin with.'),
  used: z.number().int().nonnegative().describe('Bytes of its files, each with its full size.'),
  reserved: z
    .number()
    .int()
    .nonnegative()
    .describe('Bytes kept free for unfinished uploads: their lengths, or what came of those whose length is unknown.'),
  policy: policySchema.describe('Which files it takes.'),
  createdAt: z.iso.datetime(),
});
/** See {@link spaceSchema}. */
export type Space = z.infer<typeof spaceSchema>;

/** `GET /api/spaces`: one's own space first, then those of teams by name. `GET /api/admin/spaces`: those of teams first. */
export const spaceListSchema = z.object({
  spaces: z.array(spaceSchema),
  next: z.string().nullable().describe('For the next page; null on the last one.'),
});
/** See {@link spaceListSchema}. */
export type SpaceList = z.infer<typeof spaceListSchema>;

const spaceName = z
  .string()
  .max(256)
  .describe(`${MAX_SPACE_NAME_LENGTH} characters at most; no two teams have the same.`);

/** `POST /api/spaces`: makes the space of a team. */
export const createSpaceSchema = z.strictObject({ name: spaceName });
/** See {@link createSpaceSchema}. */
export type CreateSpace = z.infer<typeof createSpaceSchema>;

/** `PATCH /api/spaces/{id}`: what is left out stays as it is. */
export const changeSpaceSchema = z
  .strictObject({
    name: spaceName.optional(),
    quota: z
      .union([z.number().int().positive(), z.null(), z.literal('default')])
      .optional()
      .describe('Bytes; null: none; `default`: that of the settings. Only admins can change it.'),
    policy: changePolicySchema.optional().describe('Which files it takes: what is left out stays as it is.'),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something');
/** See {@link changeSpaceSchema}. */
export type ChangeSpace = z.infer<typeof changeSpaceSchema>;

/** Somebody who is in a space. */
export const memberSchema = z.object({
  account: idSchema.describe('Id of the account.'),
  name: z.string().describe('Of the account.'),
  role: spaceRoleSchema,
  createdAt: z.iso.datetime().describe('Since when.'),
});
/** See {@link memberSchema}. */
export type Member = z.infer<typeof memberSchema>;

/** `GET /api/spaces/{id}/members`: by name. */
export const memberListSchema = z.object({
  members: z.array(memberSchema),
  next: z.string().nullable().describe('For the next page; null on the last one.'),
});
/** See {@link memberListSchema}. */
export type MemberList = z.infer<typeof memberListSchema>;

/** `POST /api/spaces/{id}/members`. */
export const addMemberSchema = z.strictObject({
  name: z.string().max(256).describe('Of the account, in any case.'),
  role: spaceRoleSchema,
});
/** See {@link addMemberSchema}. */
export type AddMember = z.infer<typeof addMemberSchema>;

/** `PATCH /api/spaces/{id}/members/{account}`. */
export const changeMemberSchema = z.strictObject({ role: spaceRoleSchema });
/** See {@link changeMemberSchema}. */
export type ChangeMember = z.infer<typeof changeMemberSchema>;
