import { encodeForm, type Part } from './form.js';
import type { Answer } from './http.js';
import { Holder, put } from './links.js';
import type { Product } from './product.js';
import { Random } from './random.js';
import type { Visitor } from './visitor.js';

/** Where a name is sent to. */
export interface NamePlace {
  readonly product: Product;
  readonly by: Visitor;
  readonly space: string;
  /** Id of the folder that the name is to appear in. */
  readonly folder: string;
  /** Of a file request for that folder. */
  readonly slug: string;
}

/** A way that a name comes in. */
export interface NameWay {
  readonly of: 'file' | 'folder';
  /** A path is taken apart at its slashes, so it cannot carry a name that has one; `header` is that of a part of a form. */
  readonly carries: 'text' | 'path' | 'header';
  /** Whether it is JSON; else a form. */
  readonly json: boolean;
  /** Sends the name; of what several requests are needed for, answers the first that is refused, or the last. */
  readonly send: (place: NamePlace, name: string) => Promise<Answer>;
}

const random = new Random('name ways');
let made = 0;
const other = (): string => `other ${++made}.bin`;

/** The content of a file that is sent under a name: the name itself tells it apart later. */
export const contentOf = (name: string): Buffer => Buffer.from(`content of ${name}`);

function post({ by, product, slug, folder }: NamePlace, parts: readonly Part[], to: string): Promise<Answer> {
  const isRequest = to.startsWith('/r/');
  const { contentType, body } = encodeForm(isRequest ? parts : [{ name: 'folder', value: folder }, ...parts]);
  const ask = { method: 'POST', headers: { 'Content-Type': contentType }, body };
  return isRequest ? new Holder(product, slug).send(to.replace('{slug}', slug), ask) : by.send(to, ask);
}

const file = (name: string, content = contentOf(name)): Part => ({ name: 'file', value: content, fileName: name });

/** Dropzone's own fields for a file of one chunk. */
function chunkFields(size: number): Part[] {
  const fields = {
    ...{ dzuuid: random.uuid(), dzchunkindex: 0, dztotalfilesize: size, dzchunksize: 100_000 },
    ...{ dztotalchunkcount: 1, dzchunkbyteoffset: 0 },
  };
  return Object.entries(fields).map(([name, value]) => ({ name, value: String(value) }));
}

/** Begins an upload with JSON and sends its bytes. */
async function begun(
  send: (path: string, ask: { method: string; headers: Record<string, string>; body: Buffer }) => Promise<Answer>,
  to: string,
  wanted: { readonly name: string; readonly path?: string; readonly folder?: string },
  content: Buffer,
): Promise<Answer> {
  const body = Buffer.from(JSON.stringify({ length: content.length, ...wanted }));
  const answer = await send(to, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  if (answer.status !== 201) return answer;
  return send(String(answer.headers.location), { method: 'PATCH', headers: { 'Upload-Offset': '0' }, body: content });
}

const byJson = (place: NamePlace, wanted: { readonly name: string; readonly path?: string }, content: Buffer) =>
  begun((path, ask) => place.by.send(path, ask), '/api/uploads', { folder: place.folder, ...wanted }, content);

function byRequest(place: NamePlace, wanted: { readonly name: string; readonly path?: string }, content: Buffer) {
  const holder = new Holder(place.product, place.slug);
  return begun((path, ask) => holder.send(path, ask), `/r/${place.slug}/uploads`, wanted, content);
}

/** Sends the bytes of a file of unknown length, and says at the end what it is called. */
async function byCompletion({ by, folder }: NamePlace, name: string): Promise<Answer> {
  const begin = await by.sendJson('POST', '/api/uploads', { name: other(), folder, length: null });
  const path = String(begin.headers.location);
  await by.send(path, { method: 'PATCH', headers: { 'Upload-Offset': '0' }, body: contentOf(name) });
  const answer = await by.sendJson('POST', `${path}/complete`, { name });
  if (answer.status > 299) await by.send(path, { method: 'DELETE' });
  return answer;
}

/** A file under another name, which then gets this one. */
async function byRename({ by, space, folder }: NamePlace, name: string, parent: string | null): Promise<Answer> {
  const wrong = other();
  const id = await put(by, space, parent === null ? '' : 'elsewhere', wrong, contentOf(name));
  const answer = await by.sendJson('PATCH', `/api/entries/${id}`, { name, parent: parent ?? folder });
  if (answer.status > 299) await by.send(`/api/entries/${id}?permanent=true`, { method: 'DELETE' });
  return answer;
}

async function byFolderRename({ by, folder }: NamePlace, name: string): Promise<Answer> {
  const made = await by.sendJson('POST', '/api/folders', { parent: folder, path: other() });
  const { id } = JSON.parse(made.text) as { id: string };
  const answer = await by.sendJson('PATCH', `/api/entries/${id}`, { name });
  if (answer.status > 299) await by.send(`/api/entries/${id}`, { method: 'DELETE' });
  return answer;
}

const ofFile = { of: 'file', carries: 'text', json: true } as const;
const ofFolder = { of: 'folder', carries: 'path', json: true } as const;
const inPart = { of: 'file', carries: 'header', json: false } as const;

/** Every way that the name of a file or folder comes in. */
export const NAME_WAYS: Readonly<Record<string, NameWay>> = {
  'a form of Dropzone’s': {
    ...inPart,
    send: (place, name) => post(place, [...chunkFields(contentOf(name).length), file(name)], '/upload'),
  },
  'a plain form': { ...inPart, send: (place, name) => post(place, [file(name)], '/uploads') },
  'a field of a form': {
    ...{ of: 'file', carries: 'text', json: false },
    send: (place, name) => post(place, [{ name: 'name', value: name }, file(other(), contentOf(name))], '/upload'),
  },
  'a form of Dropzone’s for a file request': {
    ...inPart,
    send: (place, name) => post(place, [...chunkFields(contentOf(name).length), file(name)], '/r/{slug}/upload'),
  },
  'a plain form for a file request': {
    ...inPart,
    send: (place, name) => post(place, [file(name)], '/r/{slug}/uploads'),
  },
  'a field of a form for a file request': {
    ...{ of: 'file', carries: 'text', json: false },
    send: (place, name) =>
      post(place, [{ name: 'name', value: name }, file(other(), contentOf(name))], '/r/{slug}/upload'),
  },
  'the request that begins an upload': { ...ofFile, send: (place, name) => byJson(place, { name }, contentOf(name)) },
  'the request that begins one for a file request': {
    ...ofFile,
    send: (place, name) => byRequest(place, { name }, contentOf(name)),
  },
  'the request that completes an upload': { ...ofFile, send: byCompletion },
  'a rename': { ...ofFile, send: (place, name) => byRename(place, name, null) },
  'a move with a rename': { ...ofFile, send: (place, name) => byRename(place, name, place.folder) },
  'the path of a form': {
    ...{ of: 'folder', carries: 'path', json: false },
    send: (place, name) => post(place, [{ name: 'path', value: name }, file(other())], '/upload'),
  },
  'the path of a form for a file request': {
    ...{ of: 'folder', carries: 'path', json: false },
    send: (place, name) => post(place, [{ name: 'path', value: name }, file(other())], '/r/{slug}/uploads'),
  },
  'the path of an upload': {
    ...ofFolder,
    send: (place, name) => byJson(place, { name: other(), path: name }, contentOf(name)),
  },
  'the path of an upload for a file request': {
    ...ofFolder,
    send: (place, name) => byRequest(place, { name: other(), path: name }, contentOf(name)),
  },
  'the request that makes a folder': {
    ...ofFolder,
    send: ({ by, folder }, name) => by.sendJson('POST', '/api/folders', { parent: folder, path: name }),
  },
  'the rename of a folder': { of: 'folder', carries: 'text', json: true, send: byFolderRename },
};

/** A part of a form whose value, or file name, is bytes rather than text. */
export function rawForm(part: 'file' | 'name' | 'path', folder: string, bytes: Buffer): { type: string; body: Buffer } {
  const boundary = '----raw';
  const line = (text: string): Buffer => Buffer.from(text);
  const field = (name: string, value: Buffer): Buffer[] => [
    line(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
    value,
    line('\r\n'),
  ];
  const named = part === 'file' ? bytes : Buffer.from(other());
  const body = Buffer.concat([
    ...(folder === '' ? [] : field('folder', Buffer.from(folder))),
    ...(part === 'file' ? [] : field(part, bytes)),
    line(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="`),
    named,
    line(`"\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--${boundary}--\r\n`),
  ]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}
