import * as z from 'zod';

/** What an account may do on the whole server. */
export const roleSchema = z
  .enum(['admin', 'member'])
  .describe('`admin`: everything, accounts included; `member`: uploads and files.');
/** See {@link roleSchema}. */
export type Role = z.infer<typeof roleSchema>;

/** What a token can be made for. */
export const SCOPES = [
  /** To begin uploads, send their bytes, and see and end them; to make folders. */
  'uploads:write',
  /** To list folders and files, and to download files. */
  'files:read',
  /** To rename and move folders and files, to put them into the trash, take them out of it, and remove them. */
  'files:write',
  /** To manage accounts, and to see into the server. */
  'admin',
] as const;

/** What a request needs whoever makes it to be allowed. */
export const PERMISSIONS = [
  /** What anybody may know who is let in: who that is, and what the server accepts. */
  'self',
  /** To look after one's own account: its sessions, its password, its tokens. No token can. */
  'own-account',
  /** To say who is a member of a space, and what it is called. A token needs the scope `admin` for it. */
  'space:manage',
  ...SCOPES,
] as const;
/** See {@link PERMISSIONS}. */
export type Permission = (typeof PERMISSIONS)[number];

/** What each role may do; with files and uploads, what it is in their space has to allow it as well. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  admin: PERMISSIONS,
  member: PERMISSIONS.filter((permission) => permission !== 'admin'),
};
