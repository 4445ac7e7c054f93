import { encodeForm, type Part } from './form.js';
import type { Answer, Ask } from './http.js';
import type { Holder } from './links.js';
import { Random } from './random.js';
import type { DropzoneUpload } from './dropzone.js';

/** Bytes of a chunk of what is sent. */
export const CHUNK = 1000;
/** What senders send, three chunks of it. */
export const BYTES = new Random('file requests').bytes(3 * CHUNK);

/** Posts a form to a file request. */
export function postForm(
  holder: Holder,
  parts: readonly Part[],
  to = 'upload',
  headers: Ask['headers'] = {},
): Promise<Answer> {
  const { contentType, body } = encodeForm(parts);
  const ask = { method: 'POST', headers: { 'Content-Type': contentType, ...headers }, body };
  return holder.send(`/r/${holder.slug}/${to}`, ask);
}
/** The part of a form that has a file. */
export const file = (name: string, value: Buffer = BYTES): Part => ({ name: 'file', value, fileName: name });
/** Sends a whole file by a form. */
export const sendFile = (holder: Holder, name: string, more: readonly Part[] = [], to = 'upload') =>
  postForm(holder, [...more, file(name)], to);

/** A chunk of an upload of Dropzone's. */
export const sendChunk = (holder: Holder, upload: DropzoneUpload, index: number) =>
  postForm(holder, upload.parts(index));

/** Begins an upload by JSON; any answer is right. */
export function beginSending(holder: Holder, wanted: object, headers: Ask['headers'] = {}): Promise<Answer> {
  return holder.send(`/r/${holder.slug}/uploads`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(wanted),
  });
}
