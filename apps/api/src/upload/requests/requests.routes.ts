import {
  FORM_FIELDS,
  sendUploadSchema,
  sentResultSchema,
  sentStatusSchema,
  slugSchema,
  type ProblemCode,
} from '@stowage/contract';
import { z } from 'zod';
import type { ParameterDoc, RouteDoc } from '../../platform/openapi/route-doc.js';
import { DROPZONE_ROUTES, dropzoneFormSchema } from '../protocols/dropzone/dropzone.routes.js';
import { REST_ROUTES } from '../protocols/rest/rest.routes.js';
import { EXAMPLE_STATUS, EXAMPLE_UPLOAD, uploadHeaders, uploadId } from '../upload-docs.js';
import { UPLOAD_ROUTES } from '../upload.routes.js';

const slug: ParameterDoc = {
  ...{ in: 'path', name: 'slug', description: 'The secret of the file request.', required: true, schema: slugSchema },
  example: 'A'.repeat(43),
};

/** The same form, with what a request wants to know. */
const formSchema = dropzoneFormSchema
  .omit({ [FORM_FIELDS.space]: true, [FORM_FIELDS.folder]: true })
  .extend({ [FORM_FIELDS.sender]: z.string().optional().describe('Name of whoever sends it.') });

const { id, state, length, received, name, chunkSize, expiresAt } = EXAMPLE_UPLOAD;
const STATUS = { ...EXAMPLE_STATUS, upload: { id, state, length, received, name, chunkSize, expiresAt } };
const FILE = {
  name: 'film.bin',
  size: 20_000_000,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
};

/** What a request can be refused for, before its upload is looked at. */
const OF_LINK: readonly ProblemCode[] = [
  ...(['link-not-found', 'link-revoked', 'link-expired', 'link-target-gone', 'link-password-needed'] as const),
  ...(['link-password-wrong', 'too-many-attempts', 'overloaded'] as const),
];
const OF_BEGINNING: readonly ProblemCode[] = [
  ...(['link-used-up', 'too-many-uploads', 'type-not-allowed', 'sender-needed', 'invalid-field'] as const),
  ...(['folder-not-found', 'folder-too-deep', 'path-not-a-folder', 'not-permitted'] as const),
];

/** A route of uploads, as a file request has it. */
function requested(original: RouteDoc | undefined, changes: Partial<RouteDoc>): RouteDoc {
  if (original === undefined) throw new Error('There is no such route.');
  const answers = original.answers.map((answer) => ({
    ...answer,
    ...(answer.schema === null ? {} : { schema: sentResultSchema, example: sentExample(answer.example) }),
  }));
  const path = original.path.replace(/^\/(api\/)?/u, '/r/{slug}/') as `/${string}`;
  return {
    ...original,
    ...{ path, permission: 'request', tag: 'Links', answers, form: original.method === 'post' },
    id: `${original.id}ByRequest`,
    parameters: [slug, ...(original.parameters ?? [])],
    ...changes,
    problems: [...new Set([...OF_LINK, ...OF_BEGINNING, ...original.problems, ...(changes.problems ?? [])])],
  };
}

function sentExample(example: unknown): unknown {
  const { upload, complete, file } = example as { upload: object; complete: boolean; file?: object };
  return { upload, complete, ...(file === undefined ? {} : { file: FILE }) };
}

const route = (routes: readonly RouteDoc[], wanted: string) => routes.find((one) => one.id === wanted);
const status = (code: number, description: string) => ({
  ...{ status: code, description, schema: sentStatusSchema, example: STATUS, headers: uploadHeaders },
});
const formRoute = route(DROPZONE_ROUTES, 'postForm');
const createRoute = route(REST_ROUTES, 'createUpload');

/** Uploads by a file request, in every protocol. */
export const REQUESTS_ROUTES: readonly RouteDoc[] = [
  requested(formRoute, {
    summary: 'Send a file, or a chunk of one, to whoever asks for it',
    description:
      'An unmodified page with Dropzone does. A password of the request is shown as that of Basic credentials, or with ' +
      '`POST /api/links/{slug}/unlock`.',
    ...(formRoute?.body === undefined ? {} : { body: { ...formRoute.body, schema: formSchema } }),
  }),
  requested(createRoute, {
    summary: 'Begin an upload to whoever asks for files',
    description:
      'With a form as a body it is `POST /r/{slug}/upload`. The file gets a number when its name is taken; nobody is told so.',
    body: {
      ...{ mediaType: 'application/json', schema: sendUploadSchema, required: true },
      description: 'What the file is to be.',
      examples: { usual: { name: 'film.bin', length: 20_000_000, chunkSize: 8_000_000, sender: 'Adam' } },
    },
    answers: [status(201, 'It has begun.'), status(200, 'It was begun before, under the same key.')].map((answer) => ({
      ...answer,
      headers: { ...uploadHeaders, Location: { description: 'Path of the upload.', schema: z.string() } },
    })),
    problems: [...(formRoute?.problems ?? [])],
  }),
  ...['putChunk', 'putBytes', 'appendBytes'].map((wanted) => requested(route(REST_ROUTES, wanted), {})),
  requested(route(UPLOAD_ROUTES, 'getUpload'), { answers: [status(200, 'Its status.')] }),
  requested(route(UPLOAD_ROUTES, 'headUpload'), {}),
  requested(route(UPLOAD_ROUTES, 'completeUpload'), {
    parameters: [slug, uploadId],
    description: 'Of one whose length was not known: it becomes what has been received. Repeating is safe.',
    body: { mediaType: 'application/octet-stream', schema: null, required: false, description: 'None is read.' },
  }),
  requested(route(UPLOAD_ROUTES, 'cancelUpload'), {}),
];
