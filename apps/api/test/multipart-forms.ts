import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { readForm, type Form, type FormSource } from '../src/upload/protocols/dropzone/form-reader.js';
import { DEFAULT_FORM_LIMITS, type FormLimits } from '../src/upload/protocols/dropzone/form-limits.js';

/** Boundary of the forms made here. */
export const BOUNDARY = '----boundary42';

/** A part to be written: a field, or a file when it has a file name. */
export interface SentPart {
  readonly name: string;
  readonly fileName?: string;
  readonly mediaType?: string;
  readonly content: string | Buffer;
}

/** Writes a form as browsers do. */
export function formBody(parts: readonly SentPart[], boundary = BOUNDARY): Buffer {
  const pieces = parts.flatMap((part) => {
    const file = part.fileName === undefined ? '' : `; filename="${browserEscaped(part.fileName)}"`;
    const type = part.mediaType === undefined ? '' : `\r\nContent-Type: ${part.mediaType}`;
    const disposition = `Content-Disposition: form-data; name="${browserEscaped(part.name)}"${file}`;
    return [`--${boundary}\r\n${disposition}${type}\r\n\r\n`, part.content, '\r\n'];
  });
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string)));
}

/** The escapes of the WHATWG HTML standard for names in forms. */
export function browserEscaped(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}

/** Ways in which a body stops. */
export type Ending = 'end' | 'abort' | 'silence';

/** A request as the reader sees it, with a body of the given buffers. */
export class FakeRequest extends Readable {
  readonly headers: IncomingHttpHeaders;
  /** Bytes that were taken from the body so far. */
  bytesRead = 0;
  private readonly chunks: Iterator<Buffer, unknown>;

  constructor(
    chunks: Iterable<Buffer, unknown>,
    headers: IncomingHttpHeaders = {},
    private readonly ending: Ending = 'end',
  ) {
    super({ highWaterMark: 64 * 1024 });
    this.headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}`, ...headers };
    this.chunks = chunks[Symbol.iterator]();
  }

  override _read(): void {
    const { done, value } = this.chunks.next();
    if (done !== true) {
      this.bytesRead += value.length;
      this.push(value);
    } else if (this.ending === 'end') this.push(null);
    else if (this.ending === 'abort') this.destroy(new Error('aborted'));
  }

  /** Listeners of events of a body that are still attached. */
  get ours(): number {
    return ['data', 'end', 'error', 'aborted', 'close'].reduce((sum, event) => sum + this.listenerCount(event), 0);
  }
}

/** The same bytes in buffers that end at the given places. */
export function cutAt(body: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((a, b) => a - b);
  const edges = [0, ...places, body.length];
  return edges
    .slice(1)
    .map((end, index) => body.subarray(edges[index], end))
    .filter((chunk) => chunk.length > 0);
}

/** The same bytes in buffers of one size. */
export function inPieces(body: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(body.length / size) }, (_, i) => body.subarray(i * size, (i + 1) * size));
}

/** A form read to its end. */
export interface ReadForm {
  readonly fields: Record<string, string>;
  readonly file: { fieldName: string; fileName: string; mediaType: string; maxLength: number | null } | null;
  readonly content: Buffer | null;
}

/** Reads a form and its file whole. */
export async function readWhole(source: FormSource, limits: Partial<FormLimits> = {}): Promise<ReadForm> {
  const form = await readForm(source, { ...DEFAULT_FORM_LIMITS, ...limits });
  const fields = Object.fromEntries(form.fields);
  if (form.file === null) return { fields, file: null, content: null };
  const { fieldName, fileName, mediaType, maxLength } = form.file;
  return { fields, file: { fieldName, fileName, mediaType, maxLength }, content: await contentOf(form) };
}

/** Reads the file of a form whole; null without a file. */
export async function contentOf(form: Form): Promise<Buffer | null> {
  if (form.file === null) return null;
  const pieces: Buffer[] = [];
  for await (const batch of form.file.content) pieces.push(...batch);
  return Buffer.concat(pieces);
}

/** The code of the error that reading the form ends in; `null` when it is read well. */
export async function codeOf(source: FormSource, limits: Partial<FormLimits> = {}): Promise<string | null> {
  return readWhole(source, limits).then(
    () => null,
    (error: unknown) => errorCode(error),
  );
}

/** The `code` of a form error, else the error's name. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
