import { Random } from './random.js';

/** A part of a form: a field, or with a file name a file. */
export interface Part {
  readonly name: string;
  readonly value: string | Buffer;
  readonly fileName?: string;
  /** Media type; browsers send one with every file. */
  readonly type?: string;
}

/** A form as it goes over the wire. */
export interface EncodedForm {
  readonly contentType: string;
  readonly body: Buffer;
}

const random = new Random('boundaries');

/** A boundary like a browser's. */
export function newBoundary(): string {
  return `----WebKitFormBoundary${random.bytes(12).toString('base64').replace(/[+/]/gu, 'x')}`;
}

/** Encodes a form as browsers do: UTF-8 names, and three characters escaped in them. */
export function encodeForm(parts: readonly Part[], boundary = newBoundary()): EncodedForm {
  const pieces = parts.flatMap((part) => [partHead(part, boundary), Buffer.from(part.value), Buffer.from('\r\n')]);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** What comes before the content of a part. */
export function partHead({ name, fileName, type }: Part, boundary: string): Buffer {
  const file = fileName === undefined ? '' : `; filename="${escape(fileName)}"`;
  const typeLine = fileName === undefined ? '' : `Content-Type: ${type ?? 'application/octet-stream'}\r\n`;
  return Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${escape(name)}"${file}\r\n${typeLine}\r\n`,
  );
}

function escape(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
