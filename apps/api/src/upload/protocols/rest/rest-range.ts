import type { IncomingHttpHeaders } from 'node:http';
import type { LimitsConfiguration } from '../../../platform/config/configuration.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { parseWholeNumber } from '../../../platform/http/whole-number.js';
import { contentRange, uploadOffset } from './rest-headers.js';

/** As much of an upload as its ranges depend on. */
export interface Measures {
  readonly length: number | null;
  readonly chunkSize: number | null;
}

/** Where a body goes. */
export interface BodyRange {
  readonly offset: number;
  /** Bytes that the body must have; null: as many as come, up to `most`. */
  readonly length: number | null;
  readonly most: number;
  readonly kind: 'chunk' | 'append';
}

/**
 * The range of a chunk.
 * @param announced bytes that the request announces: of an upload of unknown length any chunk may be the last
 * @throws ProblemError no-chunk-size, range-outside-upload, size-mismatch, missing-header, file-too-large
 */
export function chunkRange(
  { length, chunkSize }: Measures,
  indexText: string,
  announced: number | null,
  limits: LimitsConfiguration,
): BodyRange {
  if (chunkSize === null) throw new ProblemError('no-chunk-size', 'Send ranges of bytes, or append.');
  const index = parseWholeNumber(indexText);
  const count = Math.max(1, Math.ceil((length ?? limits.maxFileSize) / chunkSize));
  if (index === null || index >= count) {
    throw new ProblemError('range-outside-upload', 'There is no chunk of this index.');
  }
  const offset = index * chunkSize;
  if (length === null && announced === null) {
    throw new ProblemError(
      'missing-header',
      'While the length of the file is not known, a chunk needs Content-Length.',
    );
  }
  const expected = length === null ? Math.min(announced ?? 0, chunkSize) : Math.min(chunkSize, length - offset);
  if (announced !== null && announced !== expected) {
    throw new ProblemError('size-mismatch', `The chunk should have ${expected} bytes but has ${announced}.`);
  }
  return { offset, length: expected, most: expected, kind: 'chunk' };
}

/**
 * The range that `Content-Range` names.
 * @throws ProblemError missing-header, invalid-header, range-outside-upload, file-too-large, chunk-too-large, size-mismatch
 */
export function namedRange(
  upload: Measures,
  headers: IncomingHttpHeaders,
  announced: number | null,
  limits: LimitsConfiguration,
): BodyRange {
  const { start, end, length: whole } = contentRange(headers);
  const length = end - start;
  if (upload.length !== null && whole !== null && whole !== upload.length) {
    throw new ProblemError('range-outside-upload', `The file has ${upload.length} bytes, not ${whole}.`);
  }
  if (upload.length === null) {
    // The whole that the client speaks of counts too: no byte is taken of a file that cannot end here.
    if ((whole ?? end) > limits.maxFileSize) throw fileTooLarge(limits);
  } else if (end > upload.length) {
    throw new ProblemError('range-outside-upload', `The file has ${upload.length} bytes.`);
  }
  if (length > limits.maxChunkSize) {
    throw new ProblemError('chunk-too-large', `A body can have ${limits.maxChunkSize} bytes here: append longer ones.`);
  }
  if (announced !== null && announced !== length) {
    throw new ProblemError('size-mismatch', `The range has ${length} bytes but the body ${announced}.`);
  }
  return { offset: start, length, most: length, kind: 'chunk' };
}

/**
 * The range of an append, which begins where the bytes held without a gap end.
 * @param held where that is
 * @throws ProblemError missing-header, invalid-header, offset-conflict
 */
export function appendRange(
  { length }: Measures,
  headers: IncomingHttpHeaders,
  announced: number | null,
  held: number,
  limits: LimitsConfiguration,
): BodyRange {
  const offset = uploadOffset(headers);
  if (offset !== held) throw new ProblemError('offset-conflict', `The next byte to append is ${held}, not ${offset}.`);
  return { offset, length: announced, most: (length ?? limits.maxFileSize) - offset, kind: 'append' };
}

/** The refusal of a body that is longer than its range. */
export function tooLong({ length }: Measures, { most }: BodyRange, limits: LimitsConfiguration): ProblemError {
  return length === null
    ? fileTooLarge(limits)
    : new ProblemError('size-mismatch', `The body can have ${most} bytes at most.`);
}

function fileTooLarge({ maxFileSize }: LimitsConfiguration): ProblemError {
  return new ProblemError('file-too-large', `A file can have ${maxFileSize} bytes at most.`);
}
