import { purgedSchema, purgeUploadsSchema, type Purged } from '@stowage/contract';
import type { RouteDoc } from '../platform/openapi/route-doc.js';
import { UPLOADS_TAG as tag } from './upload-docs.js';

const EXAMPLE: Purged = {
  ...{ dryRun: true, matched: 37, bytes: 1_400_000_000_000, removed: 0, freed: 0, kept: 2, more: false },
};

/** Many unfinished uploads at once. */
export const UPLOAD_PURGE_ROUTES: readonly RouteDoc[] = [
  {
    method: 'post',
    path: '/api/uploads/purge',
    id: 'purgeUploads',
    permission: 'uploads:write',
    tag,
    summary: 'Remove unfinished uploads that nobody goes on with',
    description:
      'Without `dryRun: false` it only tells what would go. An upload that a request writes to, or that got a byte ' +
      'meanwhile, stays. Repeating is safe.',
    body: {
      mediaType: 'application/json',
      schema: purgeUploadsSchema,
      required: true,
      description: 'Which ones.',
      examples: {
        'what would go': { scope: 'all', idleFor: 172_800 },
        'remove one’s own': { scope: 'own', idleFor: 86_400, dryRun: false },
      },
    },
    answers: [{ status: 200, description: 'What went, or would.', schema: purgedSchema, example: EXAMPLE }],
    problems: ['space-not-found', 'body-too-large', 'unsupported-media-type', 'unsupported-encoding'],
  },
];
