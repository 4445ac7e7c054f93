import type { Scope, SpaceRole } from '@stowage/contract';
import { encodeForm } from './form.js';
import type { Ask } from './http.js';

/** Of every upload. */
export const BYTES = Buffer.from('fifteen bytes..');

/** What a request needs, and what it is about. */
export interface Row {
  readonly route: string;
  /** The smallest role that is enough; `own`: none, it is about an upload of one's own. */
  readonly needs: SpaceRole | 'admin' | 'own';
  readonly scope: Scope | null;
  readonly ask: (facts: Facts) => { readonly path: string; readonly ask?: Ask };
}

/** What a request can be about. */
export interface Facts {
  readonly space: string;
  /** Of a file in the space. */
  readonly file: string;
  /** Of a folder in the space. */
  readonly folder: string;
  /** Of a file in its trash. */
  readonly trashed: string;
  /** Of an unfinished upload into the space, of the account that asks; with its first five bytes. */
  readonly upload: string;
  /** Of a member who is a viewer. */
  readonly member: string;
  /** Name of somebody who is no member. */
  readonly other: string;
}

/** A request with a JSON body. */
export const json = (method: string, body: unknown): Ask => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});
let made = 0;
/** A number that nothing was named with before. */
export const fresh = (): number => ++made;
/** A form with a file into a space. */
export const form = (space: string): Ask => {
  const file = { name: 'file', value: BYTES, fileName: `form ${fresh()}.bin` };
  const { contentType, body } = encodeForm([{ name: 'space', value: space }, file]);
  return { method: 'POST', headers: { 'Content-Type': contentType }, body };
};
const put = (path: string, start: number, end: number): { path: string; ask: Ask } => ({
  path: `${path}/bytes`,
  ask: {
    method: 'PUT',
    headers: { 'Content-Range': `bytes ${start}-${end - 1}/*` },
    body: BYTES.subarray(start, end),
  },
});

/** Every route about uploads. */
export const UPLOAD_ROWS: readonly Row[] = [
  {
    ...{ route: 'post /api/uploads into a folder', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ folder }) => ({ path: '/api/uploads', ask: json('POST', { name: `new ${fresh()}`, folder, length: 5 }) }),
  },
  {
    ...{ route: 'post /api/uploads', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ space }) => ({ path: '/api/uploads', ask: json('POST', { name: `new ${fresh()}`, space, length: 5 }) }),
  },
  {
    ...{ route: 'post /upload', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ space }) => ({ path: '/upload', ask: form(space) }),
  },
  {
    ...{ route: 'post /uploads', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ space }) => ({ path: '/uploads', ask: form(space) }),
  },
  {
    ...{ route: 'put /api/uploads/{id}/chunks/{index}', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ upload }) => ({ path: `${upload}/chunks/1`, ask: { method: 'PUT', body: BYTES.subarray(5, 10) } }),
  },
  {
    ...{ route: 'put /api/uploads/{id}/bytes', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ upload }) => put(upload, 5, 9),
  },
  {
    ...{ route: 'patch /api/uploads/{id}', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ upload }) => ({
      path: upload,
      ask: { method: 'PATCH', headers: { 'Upload-Offset': '5' }, body: BYTES.subarray(5) },
    }),
  },
  {
    ...{ route: 'post /api/uploads/{id}/complete', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ upload }) => ({ path: `${upload}/complete`, ask: { method: 'POST' } }),
  },
  {
    ...{ route: 'post /api/uploads/{id}/extend', needs: 'contributor', scope: 'uploads:write' },
    ask: ({ upload }) => ({ path: `${upload}/extend`, ask: { method: 'POST' } }),
  },
  {
    ...{ route: 'get /api/uploads of a space', needs: 'manager', scope: 'uploads:write' },
    ask: ({ space }) => ({ path: `/api/uploads?scope=space&space=${space}` }),
  },
  {
    ...{ route: 'post /api/uploads/purge', needs: 'manager', scope: 'uploads:write' },
    ask: ({ space }) => ({
      path: '/api/uploads/purge',
      ask: json('POST', { scope: 'space', space, idleFor: 3600, dryRun: false }),
    }),
  },
  { route: 'get /api/uploads/{id}', needs: 'own', scope: 'uploads:write', ask: ({ upload }) => ({ path: upload }) },
  {
    ...{ route: 'head /api/uploads/{id}', needs: 'own', scope: 'uploads:write' },
    ask: ({ upload }) => ({ path: upload, ask: { method: 'HEAD' } }),
  },
  {
    ...{ route: 'get /api/uploads/{id}/digests', needs: 'own', scope: 'uploads:write' },
    ask: ({ upload }) => ({ path: `${upload}/digests` }),
  },
  {
    ...{ route: 'delete /api/uploads/{id}', needs: 'own', scope: 'uploads:write' },
    ask: ({ upload }) => ({ path: upload, ask: { method: 'DELETE' } }),
  },
];
