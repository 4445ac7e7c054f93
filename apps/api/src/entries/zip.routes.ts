import { z } from 'zod';
import { queryParameters } from '../platform/openapi/query-parameters.js';
import type { HeaderDoc, RouteDoc } from '../platform/openapi/route-doc.js';
import { MAX_ZIP_ENTRIES } from './zip-walk.js';

/** Most entries that can be asked for; what is in them comes on top. */
export const MAX_ZIP_SELECTION = 200;

/** `GET /api/zip?entries=…`. */
export const zipQuery = z.strictObject({
  entries: z
    .string()
    .refine((text) => {
      const count = text.split(',').length;
      return text !== '' && count <= MAX_ZIP_SELECTION;
    }, `must be 1 to ${MAX_ZIP_SELECTION} ids`)
    .describe(
      `Ids of files and folders of one space, with commas between them, ${MAX_ZIP_SELECTION} at most; the id of a space is ` +
        'that of its root folder.',
    ),
});

const text = (description: string): HeaderDoc => ({ description, schema: z.string() });

const answer = {
  status: 200,
  description: 'The ZIP file; one that ends before its central directory was broken off.',
  schema: null,
  headers: { 'Content-Disposition': text('The name of the folder, and `.zip`.') },
};

const EXAMPLE = 'Zm9sZGVyIHRoYXQgaXQgaXMg,c2VlIHRoZSBsaXN0IG9mIGZp';
const route = {
  path: '/api/zip',
  permission: 'files:read',
  tag: 'Files',
  parameters: queryParameters(zipQuery).map((parameter) => ({ ...parameter, example: EXAMPLE })),
  problems: ['entry-not-found', 'file-damaged', 'zip-too-large'],
} as const;

/** Many files at once. */
export const ZIP_ROUTES: readonly RouteDoc[] = [
  {
    ...route,
    method: 'get',
    id: 'downloadZip',
    summary: 'Download files and folders as one ZIP file',
    description:
      'Folders with all that is in them, stored and not compressed, ZIP64 where it has to be. Names are as they are stored, ' +
      'with `_` in place of what some system could not unpack; equal names of one folder get numbers. ' +
      `Up to ${MAX_ZIP_ENTRIES.toLocaleString('en')} files and folders.`,
    answers: [{ ...answer, mediaType: 'application/zip' }],
  },
  { ...route, method: 'head', id: 'headZip', summary: 'The headers of such a ZIP file', answers: [answer] },
];
