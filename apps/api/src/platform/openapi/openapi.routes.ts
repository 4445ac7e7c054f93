import { z } from 'zod';
import type { RouteDoc } from './route-doc.js';

/** Where this document is. */
export const OPENAPI_ROUTES: readonly RouteDoc[] = [
  {
    method: 'get',
    path: '/api/openapi.json',
    id: 'getApiDescription',
    permission: 'public',
    tag: 'About this server',
    summary: 'This document',
    answers: [{ status: 200, description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) }],
    problems: [],
  },
  {
    method: 'get',
    path: '/api/docs',
    id: 'getApiPage',
    permission: 'public',
    tag: 'About this server',
    summary: 'The page to read and try it',
    answers: [{ status: 200, description: 'A page.', schema: null, mediaType: 'text/html' }],
    problems: [],
  },
  {
    method: 'get',
    path: '/api/docs/{file}',
    id: 'getApiPageFile',
    permission: 'public',
    tag: 'About this server',
    summary: 'A file of that page',
    parameters: [
      {
        in: 'path',
        name: 'file',
        description: 'Its name.',
        required: true,
        schema: z.enum(['page.css', 'page.js', 'swagger-ui.css', 'swagger-ui-bundle.js']),
        example: 'page.js',
      },
    ],
    answers: [{ status: 200, description: 'The file.', schema: null, mediaType: '*/*' }],
    problems: ['not-found'],
  },
];
