import * as z from 'zod';
import { accountSchema, setUpSchema } from './accounts.js';
import { roleSchema } from './permissions.js';

const { name, token, password } = setUpSchema.shape;

/** Whether somebody can sign in. */
export const accountStateSchema = z
  .enum(['invited', 'active', 'disabled'])
  .describe('`invited`: has no password yet; `active`: can sign in; `disabled`: cannot, and nothing of it is lost.');
/** See {@link accountStateSchema}. */
export type AccountState = z.infer<typeof accountStateSchema>;

/** An account, as those who manage accounts see it. */
export const personSchema = accountSchema.extend({
  state: accountStateSchema,
  createdAt: z.iso.datetime(),
  lastSignedInAt: z.iso.datetime().nullable().describe('Null before the first time.'),
  linkExpiresAt: z.iso.datetime().nullable().describe('Until when the link for a password is good; null without one.'),
});
/** See {@link personSchema}. */
export type Person = z.infer<typeof personSchema>;

/** `GET /api/accounts`: by name. */
export const personListSchema = z.object({
  accounts: z.array(personSchema),
  next: z.string().nullable().describe('For the next page; null on the last one.'),
});
/** See {@link personListSchema}. */
export type PersonList = z.infer<typeof personListSchema>;

/** `POST /api/accounts`: invites somebody. */
export const inviteSchema = z.strictObject({ name, role: roleSchema });
/** See {@link inviteSchema}. */
export type Invite = z.infer<typeof inviteSchema>;

/** A link by which somebody chooses a password: told once, good for one use and an hour. */
export const passwordLinkSchema = z.object({
  url: z.string().describe('Relative to this server. The secret stands behind the #, which no browser sends anywhere.'),
  expiresAt: z.iso.datetime(),
});
/** See {@link passwordLinkSchema}. */
export type PasswordLink = z.infer<typeof passwordLinkSchema>;

/** Answer of `POST /api/accounts`. */
export const invitedSchema = z.object({ account: personSchema, link: passwordLinkSchema });
/** See {@link invitedSchema}. */
export type Invited = z.infer<typeof invitedSchema>;

/** `PATCH /api/accounts/{id}`: what is left out stays as it is. */
export const changePersonSchema = z
  .strictObject({
    role: roleSchema.optional(),
    disabled: z.boolean().optional().describe('True ends all sessions of the account, and nobody can sign in to it.'),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something');
/** See {@link changePersonSchema}. */
export type ChangePerson = z.infer<typeof changePersonSchema>;

/** `POST /api/password-links/look`. */
export const lookAtLinkSchema = z.strictObject({ token: token.describe('What follows # in the link.') });
/** See {@link lookAtLinkSchema}. */
export type LookAtLink = z.infer<typeof lookAtLinkSchema>;

/** Whose link it is. */
export const linkFactsSchema = z.object({
  name: z.string().describe('Of the account.'),
  kind: z.enum(['invitation', 'reset']).describe('`invitation`: the account has no password yet.'),
});
/** See {@link linkFactsSchema}. */
export type LinkFacts = z.infer<typeof linkFactsSchema>;

/** `POST /api/password-links/use`: chooses the password, and signs in. */
export const useLinkSchema = lookAtLinkSchema.extend({ password });
/** See {@link useLinkSchema}. */
export type UseLink = z.infer<typeof useLinkSchema>;
