import {
  createOperationSchema,
  idSchema,
  operationListSchema,
  operationSchema,
  type Operation,
} from '@stowage/contract';
import { z } from 'zod';
import { json, OF_BODIES } from '../identity/session.routes.js';
import type { ParameterDoc, RouteDoc } from '../platform/openapi/route-doc.js';

const inPath = (description: string, example: string): ParameterDoc => ({
  ...{ in: 'path', name: 'id', description, required: true, schema: idSchema, example },
});

const COPY: Operation = {
  ...{ id: 'b3BlcmF0aW9uIHRoYXQgcnVu', action: 'copy', state: 'running' },
  ...{ total: 10_000, done: 1_500, failed: 0, failures: [], createdAt: '2026-11-23T10:00:00.000Z', endedAt: null },
};
const OVER: Operation = { ...COPY, state: 'done', done: 10_000, endedAt: '2026-11-23T10:00:09.000Z' };
const SPACE = 'c3BhY2UgdGhhdCBoYXMgYSBp';
const FOLDER = 'Zm9sZGVyIHRoYXQgaXQgaXMg';
const FILE = 'c2VlIHRoZSBsaXN0IG9mIGZp';

const id = inPath('Id of the operation.', COPY.id);
const tag = 'Operations';
const headers = { Location: { description: 'Path of the operation.', schema: z.string() } };
/** What an operation that goes on answers with. */
export const GOES_ON = {
  ...{ status: 202, description: 'It goes on; look at it from time to time.', headers },
  ...{ schema: operationSchema, example: COPY },
};

/** What is done with many entries at once. */
export const OPERATIONS_ROUTES: readonly RouteDoc[] = [
  {
    method: 'post',
    path: '/api/operations',
    id: 'createOperation',
    permission: 'files:write',
    tag,
    summary: 'Do something with many files and folders',
    description:
      'Goes on by itself, also after a restart of the server. Entries that cannot be treated so stay as they are and are ' +
      'named, the others are not kept waiting. A copy shares its bytes with what it was copied from, counts in full towards ' +
      'the quota, and shows while it grows; it has what was there when it began.',
    body: json(createOperationSchema, 'What, with which, and where to.', {
      ...{ action: 'copy', entries: [FILE], to: FOLDER, conflict: 'rename' },
    }),
    answers: [{ ...GOES_ON, status: 200, description: 'It has ended.', example: OVER }, GOES_ON],
    problems: ['entry-not-found', 'folder-not-found', ...OF_BODIES],
  },
  {
    method: 'get',
    path: '/api/operations',
    id: 'listOperations',
    permission: 'files:write',
    tag,
    summary: 'List your operations, newest first',
    description: 'Those that go on, and those that ended within a day; a hundred at most.',
    answers: [
      { ...{ status: 200, description: 'They.', schema: operationListSchema }, example: { operations: [COPY] } },
    ],
    problems: [],
  },
  {
    method: 'get',
    path: '/api/operations/{id}',
    id: 'getOperation',
    permission: 'files:write',
    tag,
    summary: 'How far an operation has come',
    description: 'Of your own; admins see those of all.',
    parameters: [id],
    answers: [{ status: 200, description: 'The operation.', schema: operationSchema, example: COPY }],
    problems: ['operation-not-found'],
  },
  {
    method: 'delete',
    path: '/api/operations/{id}',
    id: 'cancelOperation',
    permission: 'files:write',
    tag,
    summary: 'Stop an operation',
    description: 'What is done stays done. It may go on for a moment.',
    parameters: [id],
    answers: [{ status: 200, description: 'As it is now.', schema: operationSchema, example: OVER }],
    problems: ['operation-not-found'],
  },
  {
    method: 'delete',
    path: '/api/spaces/{id}/trash',
    id: 'emptyTrash',
    permission: 'files:write',
    tag,
    summary: 'Empty the trash of a space',
    description: 'Removes for good what is in it now.',
    parameters: [inPath('Id of the space.', SPACE)],
    answers: [{ ...GOES_ON, description: 'It goes on, or has ended already.' }],
    problems: ['space-not-found'],
  },
];
