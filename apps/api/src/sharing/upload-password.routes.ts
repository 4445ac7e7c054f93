import { UPLOAD_PASSWORD_HEADER, idSchema, setUploadPasswordSchema, uploadPasswordSchema } from '@stowage/contract';
import { json, OF_BODIES } from '../identity/session.routes.js';
import type { ParameterDoc, RouteDoc } from '../platform/openapi/route-doc.js';

const id: ParameterDoc = {
  ...{ in: 'path', name: 'id', description: 'Id of a folder; of the root, that of its space.', required: true },
  ...{ schema: idSchema, example: 'Zm9sZGVyIHRoYXQgaXQgaXMg' },
};
const of = { tag: 'Folders', path: '/api/entries/{id}/upload-password', parameters: [id] } as const;

/** The password that uploads into a folder or a space want. */
export const UPLOAD_PASSWORD_ROUTES: readonly RouteDoc[] = [
  {
    ...of,
    method: 'get',
    id: 'getUploadPassword',
    permission: 'uploads:write',
    summary: 'Whether uploads into a folder want a password',
    description: 'That of the nearest folder which has one counts; without one, that of the space.',
    answers: [
      {
        ...{ status: 200, description: 'Whether, and whose.', schema: uploadPasswordSchema },
        example: { wanted: true, from: id.example },
      },
    ],
    problems: ['entry-not-found', 'not-a-folder'],
  },
  {
    ...of,
    method: 'put',
    id: 'setUploadPassword',
    permission: 'space:manage',
    summary: 'Want a password for uploads into a folder, or none any more',
    description:
      `Whoever begins an upload into it, account or not, shows it: as the header \`${UPLOAD_PASSWORD_HEADER}\`, or in a form ` +
      'as the field `password` before the file. Uploads that have begun go on without.',
    body: json(setUploadPasswordSchema, 'The password.', { password: 'three blind mice' }),
    answers: [{ status: 204, description: 'So it is.', schema: null }],
    problems: ['entry-not-found', 'not-a-folder', 'password-refused', ...OF_BODIES],
  },
];
