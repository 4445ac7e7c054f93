import * as z from 'zod';

/** What somebody put into the trash: when, who, and from where. */
export const trashedSchema = z.object({
  at: z.iso.datetime(),
  by: z.string().nullable().describe('Name of the account; null when nobody with an account did it.'),
  path: z.string().describe('Folder that it was in, `/`-separated; empty for the root.'),
});
/** See {@link trashedSchema}. */
export type Trashed = z.infer<typeof trashedSchema>;
