import { FORM_FIELDS, UUID_FIELD_PATTERN, uploadResultSchema } from '@stowage/contract';
import { z } from 'zod';
import type { RouteDoc } from '../../../platform/openapi/route-doc.js';
import { BYTES_PROBLEMS, resultAnswers, UPLOAD_PASSWORD_PROBLEMS, UPLOADS_TAG as tag } from '../../upload-docs.js';

const number = (description: string) => z.string().regex(/^\d+$/u).optional().describe(description);

/** The form, as far as a schema can say it: fields before the file, and the file last. */
export const dropzoneFormSchema = z.object({
  [FORM_FIELDS.uuid]: z.string().regex(UUID_FIELD_PATTERN).optional().describe('Your key of this one upload.'),
  [FORM_FIELDS.chunkIndex]: number('Counted from 0.'),
  [FORM_FIELDS.totalFileSize]: number('Bytes of the whole file.'),
  [FORM_FIELDS.chunkSize]: number('Bytes of every chunk but the last.'),
  [FORM_FIELDS.totalChunkCount]: number('How many chunks there are.'),
  [FORM_FIELDS.chunkByteOffset]: number('The index times the chunk size.'),
  [FORM_FIELDS.path]: z.string().optional().describe('Folder, `/`-separated.'),
  [FORM_FIELDS.folder]: z
    .string()
    .optional()
    .describe('Id of the folder that `path` begins in; without it, the root of the space.'),
  [FORM_FIELDS.space]: z.string().optional().describe('Id of the space it goes into; without it, your own.'),
  [FORM_FIELDS.password]: z.string().optional().describe('Password for uploads, where one is wanted.'),
  [FORM_FIELDS.sha256]: z.string().optional().describe('Expected SHA-256 of the whole file in hex.'),
  [FORM_FIELDS.name]: z.string().optional().describe("Wins over the file's own name."),
  file: z.file().describe('The chunk, or the whole file. Comes last.'),
});

const form = (path: `/${string}`, id: string): RouteDoc => ({
  method: 'post',
  path,
  id,
  permission: 'uploads:write',
  tag,
  summary: 'Send a file, or a chunk of one, as a form',
  description: 'What Dropzone 5.4.0 to 6.3.5 sends; without its dz fields, a plain form with one whole file.',
  body: {
    mediaType: 'multipart/form-data',
    schema: dropzoneFormSchema,
    required: true,
    description: 'All of the dz fields, or none of them.',
  },
  answers: resultAnswers(uploadResultSchema).map(({ headers: _, ...answer }) => answer),
  problems: [
    ...BYTES_PROBLEMS.filter((code) => code !== 'unsupported-encoding'),
    ...([
      'malformed-multipart',
      'multipart-limit',
      'missing-field',
      'invalid-field',
      'no-file',
      'several-files',
    ] as const),
    ...(['field-after-file', 'offset-mismatch', 'chunk-count-mismatch', 'upload-mismatch'] as const),
    ...UPLOAD_PASSWORD_PROBLEMS,
    ...(['unsupported-media-type', 'invalid-name', 'invalid-path', 'file-too-large', 'chunk-too-large'] as const),
    ...([
      'too-many-uploads',
      'space-not-found',
      'folder-not-found',
      'folder-too-deep',
      'chunk-conflict',
      'upload-finished',
    ] as const),
  ],
  form: true,
});

/** The form endpoint and its second name. */
export const DROPZONE_ROUTES: readonly RouteDoc[] = [form('/upload', 'postForm'), form('/uploads', 'postFormToo')];
