import * as z from 'zod';
import { idSchema } from './ids.js';
import { nameFault } from './names.js';
import { roleSchema } from './permissions.js';

/** Longest name of an account, in characters. */
export const MAX_ACCOUNT_NAME_LENGTH = 64;
/** Shortest password, in characters (OWASP ASVS 5.0, 6.2.1). */
export const MIN_PASSWORD_LENGTH = 8;
/** Longest password, in bytes of UTF-8: all of them count. */
export const MAX_PASSWORD_BYTES = 1024;

/** Says why nobody can have this name, or null when somebody can; a sentence for a person. */
export function accountNameFault(name: string): string | null {
  if (name.trim() !== name) return 'A name cannot begin or end with a blank.';
  if (name.length > MAX_ACCOUNT_NAME_LENGTH) return `A name can have ${MAX_ACCOUNT_NAME_LENGTH} characters at most.`;
  return nameFault(name);
}

/** Says why a password cannot be one, as far as its length tells, or null; a sentence for a person. */
export function passwordLengthFault(password: string): string | null {
  if ([...password].length < MIN_PASSWORD_LENGTH) return `A password has ${MIN_PASSWORD_LENGTH} characters or more.`;
  if (new TextEncoder().encode(password).length > MAX_PASSWORD_BYTES) {
    return `A password can have ${MAX_PASSWORD_BYTES} bytes at most.`;
  }
  return null;
}

/** Any text up to what a password could have: what it is worth is for its reader to say. */
const secretText = z.string().max(MAX_PASSWORD_BYTES);

/** `POST /api/setup`: makes the first account. */
export const setUpSchema = z.strictObject({
  token: z.string().max(128).describe('What follows # in the set-up link.'),
  name: z.string().max(256).describe(`Signs in with it: ${MAX_ACCOUNT_NAME_LENGTH} characters at most, of any case.`),
  password: secretText.describe(`${MIN_PASSWORD_LENGTH} characters or more, and none that is known from breaches.`),
});
/** See {@link setUpSchema}. */
export type SetUp = z.infer<typeof setUpSchema>;

/** `POST /api/session`: signs in. */
export const signInSchema = z.strictObject({
  name: z.string().max(256).describe('Of the account, in any case.'),
  password: secretText,
});
/** See {@link signInSchema}. */
export type SignIn = z.infer<typeof signInSchema>;

/** `PUT /api/account/password`. */
export const changePasswordSchema = z.strictObject({
  current: secretText.describe('The password until now.'),
  password: secretText.describe(`${MIN_PASSWORD_LENGTH} characters or more, and none that is known from breaches.`),
});
/** See {@link changePasswordSchema}. */
export type ChangePassword = z.infer<typeof changePasswordSchema>;

/** An account, as it sees itself. */
export const accountSchema = z.object({ id: idSchema, name: z.string(), role: roleSchema });
/** See {@link accountSchema}. */
export type Account = z.infer<typeof accountSchema>;

/** How a request has been let in. */
export const accessSchema = z
  .enum(['open', 'token', 'account', 'api-token', 'grant'])
  .describe(
    '`open`: nobody has set the server up, and it answers this machine only; `token`: the token of STOWAGE_ADMIN_TOKEN; ' +
      '`account`: somebody has signed in; `api-token`: a program, with a token of an account; `grant`: ' +
      'whoever goes on with one upload.',
  );
/** See {@link accessSchema}. */
export type Access = z.infer<typeof accessSchema>;

/** `GET /api/session`: who asks. */
export const whoAsksSchema = z.object({
  access: accessSchema,
  account: accountSchema.nullable().describe('Null without an account.'),
  signedIn: z.boolean().describe('True with a session, which can be ended.'),
});
/** See {@link whoAsksSchema}. */
export type WhoAsks = z.infer<typeof whoAsksSchema>;

/** One browser that has signed in. */
export const sessionSchema = z.object({
  id: idSchema,
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().describe('To the minute.'),
  address: z.string().describe('The address it signed in from.'),
  userAgent: z.string().describe('What its browser says of itself; empty when it says nothing.'),
  current: z.boolean().describe('True for the one that asks.'),
});
/** See {@link sessionSchema}. */
export type Session = z.infer<typeof sessionSchema>;

/** `GET /api/sessions`: the newest first. */
export const sessionListSchema = z.object({ sessions: z.array(sessionSchema) });
/** See {@link sessionListSchema}. */
export type SessionList = z.infer<typeof sessionListSchema>;
