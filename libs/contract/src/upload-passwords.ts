import * as z from 'zod';
import { MAX_PASSWORD_BYTES, MIN_PASSWORD_LENGTH } from './accounts.js';
import { idSchema } from './ids.js';

/**
 * Header that shows the password of an upload where one is wanted, as bytes of UTF-8. Forms can show it as the field
 * `password` instead.
 */
export const UPLOAD_PASSWORD_HEADER = 'Stowage-Upload-Password';

/** `PUT /api/entries/{id}/upload-password`. */
export const setUploadPasswordSchema = z.strictObject({
  password: z
    .string()
    .max(MAX_PASSWORD_BYTES)
    .nullable()
    .describe(`${MIN_PASSWORD_LENGTH} characters or more, and none that is known from breaches; null: none any more.`),
});
/** See {@link setUploadPasswordSchema}. */
export type SetUploadPassword = z.infer<typeof setUploadPasswordSchema>;

/** `GET /api/entries/{id}/upload-password`: whether uploads into a folder want a password. */
export const uploadPasswordSchema = z.object({
  wanted: z.boolean(),
  from: idSchema
    .nullable()
    .describe('Id of the folder that has it: this one, or the nearest above; for that of the space, its id.'),
});
/** See {@link uploadPasswordSchema}. */
export type UploadPassword = z.infer<typeof uploadPasswordSchema>;
