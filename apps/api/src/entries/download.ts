import { create as contentDisposition } from 'content-disposition';
import type { ByteRange, StoredFile } from '@stowage/contract';

/** Types that a download may keep: nothing that a browser runs or renders as a document. */
const SAFE_TYPES =
  /^(image\/(png|jpeg|gif|webp|avif)|audio\/(mpeg|ogg|wav|flac|mp4)|video\/(mp4|webm|ogg|quicktime)|application\/(pdf|zip|gzip|json|x-tar)|text\/(plain|csv))$/u;

/** Headers of whatever is downloaded: it runs nothing, frames nowhere, and is kept by nobody else. */
export function attachment(name: string): Readonly<Record<string, string>> {
  return {
    'Content-Disposition': contentDisposition(name),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'private, no-store',
  };
}

/** Headers of every answer about a file's content, 304 and 416 included. */
export function downloadHeaders(file: StoredFile): Readonly<Record<string, string>> {
  return {
    ...attachment(file.name),
    'Accept-Ranges': 'bytes',
    ETag: etagOf(file),
    'Last-Modified': new Date(file.createdAt).toUTCString(),
  };
}

/**
 * `Repr-Digest` (RFC 9530) of the whole file, also beside a part of it or none: SHA-256, the one digest there is. Null for
 * a client that wants it by no means (`Want-Repr-Digest: sha-256=0`); other wishes change nothing, as the RFC allows.
 */
export function reprDigest(file: StoredFile, wanted: string | undefined): string | null {
  if (wanted !== undefined && UNWANTED.test(wanted)) return null;
  return `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`;
}

const UNWANTED = /(^|,)\s*sha-256\s*=\s*0\s*(;|,|$)/u;

/** The media type a download is labelled with. */
export function downloadType(file: StoredFile): string {
  const type = file.mediaType.toLowerCase();
  if (!SAFE_TYPES.test(type)) return 'application/octet-stream';
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}

/** Of the file, not of its bytes: two files with equal content must not be recognisable as such. */
export function etagOf(file: StoredFile): string {
  return `"${file.id}"`;
}

/** What to send: everything, one range, nothing new (304), or that there is no such range (416). */
export type Selection =
  { readonly status: 200 | 206; readonly range: ByteRange } | { readonly status: 304 } | { readonly status: 416 };

/** Chooses by `If-None-Match`, `If-Range` and `Range` (RFC 9110); several ranges are answered with the whole. */
export function select(
  file: StoredFile,
  headers: {
    readonly 'if-none-match'?: string | undefined;
    readonly 'if-range'?: string | undefined;
    readonly range?: string | undefined;
  },
): Selection {
  const etag = etagOf(file);
  const known = headers['if-none-match'];
  if (
    known !== undefined &&
    (known.trim() === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//u, '') === etag))
  ) {
    return { status: 304 };
  }
  const whole: Selection = { status: 200, range: { start: 0, end: file.size } };
  if (headers.range === undefined || (headers['if-range'] !== undefined && headers['if-range'].trim() !== etag))
    return whole;
  const range = parseRange(headers.range, file.size);
  if (range === null) return whole;
  return range.start < range.end ? { status: 206, range } : { status: 416 };
}

/** One range: `first-last`, `first-` or `-suffix`. */
const RANGE = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/iu;

/** Reads a `Range` header (RFC 9110 §14.1.2): empty when no such bytes exist, null when it is to be ignored. */
function parseRange(header: string, size: number): ByteRange | null {
  const [, first = '', last = ''] = RANGE.exec(header) ?? [];
  if (first === '') {
    // Of a file shorter than the suffix, everything is meant; of an empty one, there is no range to name.
    return last === '' || (size === 0 && Number(last) > 0)
      ? null
      : { start: Math.max(0, size - Number(last)), end: size };
  }
  if (last !== '' && Number(last) < Number(first)) return null;
  return { start: Number(first), end: last === '' ? size : Math.min(size, Number(last) + 1) };
}
