import * as z from 'zod';
import { nameFault, nameKey } from './names.js';
import { conflictPolicySchema } from './uploads.js';

/** Longest list of a policy. */
export const MAX_POLICY_ENTRIES = 100;

/** What a client says of bytes of which it knows nothing. */
export const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

/**
 * All extensions of a name, outermost last, as policies compare them: `tar` and `gz` of `Backup.TAR.gz. `. Dots and blanks
 * at the end, which some systems drop, do not hide one, nor do characters that nobody sees.
 */
export function extensionsOf(name: string): readonly string[] {
  const parts = nameKey(name.replace(/\p{Cf}/gu, '')).split('.');
  return parts.slice(1).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

/** Whether the last extension of a name is one of these, as policies and file requests want it; a name without one never is. */
export function hasExtension(name: string, allowed: readonly string[]): boolean {
  const last = extensionsOf(name).at(-1);
  return last !== undefined && allowed.includes(last);
}

/** Whether a policy can name this extension: lower case, without its dot. */
export function isExtension(text: string): boolean {
  const [only, ...more] = extensionsOf(`x.${text}`);
  return only === text && more.length === 0 && nameFault(text) === null;
}

const TOKEN = '[a-z0-9][a-z0-9!#$&^_.+-]{0,126}';
const MEDIA_TYPE_PATTERN = new RegExp(`^${TOKEN}/(\\*|${TOKEN})$`, 'u');

/** Whether a policy can name this media type: lower case, without parameters; `image/*` names all images. */
export function isMediaTypePattern(text: string): boolean {
  return MEDIA_TYPE_PATTERN.test(text);
}

/** A media type as policies compare it: lower case, without parameters; empty ones are {@link UNKNOWN_MEDIA_TYPE}. */
export function bareMediaType(text: string): string {
  const bare = (text.split(';')[0] ?? '').trim().toLowerCase();
  return bare === '' ? UNKNOWN_MEDIA_TYPE : bare;
}

const extension = z.string().max(64).refine(isExtension, 'must be an extension in lower case, without its dot');
const mediaType = z
  .string()
  .max(255)
  .refine(isMediaTypePattern, 'must be a media type in lower case, such as image/png or image/*');
const extensions = z.array(extension).max(MAX_POLICY_ENTRIES);
const mediaTypes = z.array(mediaType).max(MAX_POLICY_ENTRIES);

/** Which files a space takes. */
export const policySchema = z.object({
  allowedExtensions: extensions.describe('Only files whose last extension is one of these; empty: any.'),
  deniedExtensions: extensions.describe('No file that has one of these among its extensions.'),
  allowedTypes: mediaTypes.describe(
    'Only files of these media types, such as `image/png` or `image/*`; empty: any. What the server finds in the bytes must ' +
      'not contradict what was declared; of what was declared as `application/octet-stream`, that alone counts.',
  ),
  deniedTypes: mediaTypes.describe('No file of these media types: neither declared, nor found in the bytes.'),
  maxFileSize: z.number().int().positive().nullable().describe('Bytes; null: as the server allows.'),
  conflict: conflictPolicySchema.describe('What becomes of a file whose name is taken, when its client does not say.'),
});
/** See {@link policySchema}. */
export type Policy = z.infer<typeof policySchema>;

/** The policy that spaces begin with: the server's own limits are the only ones. */
export const NO_POLICY: Policy = {
  ...{ allowedExtensions: [], deniedExtensions: [], allowedTypes: [], deniedTypes: [] },
  ...{ maxFileSize: null, conflict: 'reject' },
};

/** A change of a policy: what is left out stays as it is. */
export const changePolicySchema = z
  .strictObject(policySchema.partial().shape)
  .refine((changes) => Object.keys(changes).length > 0, 'must change something');
/** See {@link changePolicySchema}. */
export type ChangePolicy = z.infer<typeof changePolicySchema>;
