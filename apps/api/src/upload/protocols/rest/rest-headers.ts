import type { IncomingHttpHeaders } from 'node:http';
import { parseDigestField, type DeclaredDigest } from '@stowage/contract';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { parseWholeNumber } from '../../../platform/http/whole-number.js';

/** Which bytes of a file a body is. */
export interface ContentRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Bytes of the whole file; null when the request does not say. */
  readonly length: number | null;
}

/** Longest `Idempotency-Key`, without its quotes. */
export const MAX_IDEMPOTENCY_KEY = 255;

const CONTENT_RANGE = /^bytes +(\d+)-(\d+)\/(\d+|\*)$/iu;
/** A string of RFC 9651. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/u;
/** What clients send without quotes. A comma would be two headers in one. */
const BARE = /^[!#-+\--~]+$/u;

/**
 * Reads `Content-Range` of a request (RFC 9110 section 14.4): the bytes that its body is.
 * @throws ProblemError missing-header, invalid-header
 */
export function contentRange(headers: IncomingHttpHeaders): ContentRange {
  const [, first = '', last = '', complete = ''] = CONTENT_RANGE.exec(needed(headers, 'Content-Range')) ?? [];
  const start = parseWholeNumber(first);
  const end = parseWholeNumber(last);
  const length = complete === '*' ? null : parseWholeNumber(complete);
  if (start === null || end === null || (length === null && complete !== '*')) {
    throw invalid('Content-Range', 'must look like “bytes 0-1023/4096”, or “bytes 0-1023/*”');
  }
  if (start > end) throw invalid('Content-Range', 'must not end before it begins');
  if (end >= (length ?? Number.MAX_SAFE_INTEGER)) throw invalid('Content-Range', 'must end within the file');
  return { start, end: end + 1, length };
}

/**
 * Reads `Upload-Offset`: where the body's first byte belongs.
 * @throws ProblemError missing-header, invalid-header
 */
export function uploadOffset(headers: IncomingHttpHeaders): number {
  const offset = parseWholeNumber(needed(headers, 'Upload-Offset'));
  if (offset === null) throw invalid('Upload-Offset', 'must be a whole number of bytes');
  return offset;
}

/**
 * Reads `Idempotency-Key`: a string in quotes as its draft wants it, or bare as most clients send it.
 * @returns null when there is none
 * @throws ProblemError invalid-header
 */
export function idempotencyKey(headers: IncomingHttpHeaders): string | null {
  const text = single(headers, 'Idempotency-Key');
  if (text === undefined) return null;
  const quoted = QUOTED.exec(text)?.[1]?.replace(/\\(.)/gu, '$1');
  const key = quoted ?? (BARE.test(text) ? text : '');
  if (key === '' || key.length > MAX_IDEMPOTENCY_KEY) {
    throw invalid(
      'Idempotency-Key',
      `must have 1 to ${MAX_IDEMPOTENCY_KEY} printable characters of ASCII, in quotes or not`,
    );
  }
  return key;
}

/**
 * Reads `Content-Digest` (RFC 9530): what the client says of the body's bytes.
 * @returns null when nothing is said that could be checked here
 * @throws ProblemError invalid-header
 */
export function contentDigests(headers: IncomingHttpHeaders): readonly DeclaredDigest[] | null {
  const text = single(headers, 'Content-Digest');
  if (text === undefined) return null;
  const parsed = parseDigestField(text);
  if (!parsed.ok) throw new ProblemError('invalid-header', `Content-Digest: ${parsed.fault}`);
  return parsed.digests.length === 0 ? null : parsed.digests;
}

/**
 * Refuses a body that is not the bytes themselves.
 * @throws ProblemError unsupported-encoding
 */
export function refuseEncoding(headers: IncomingHttpHeaders): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new ProblemError('unsupported-encoding', 'Send the bytes as they are, without Content-Encoding.');
}

function needed(headers: IncomingHttpHeaders, name: string): string {
  const value = single(headers, name);
  if (value === undefined) throw new ProblemError('missing-header', `This request needs the header ${name}.`);
  return value;
}

/** Several fields of one name come joined with commas, which none of these headers but a digest can have. */
function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value?.trim();
}

function invalid(name: string, rule: string): ProblemError {
  return new ProblemError('invalid-header', `The header ${name} ${rule}.`);
}
