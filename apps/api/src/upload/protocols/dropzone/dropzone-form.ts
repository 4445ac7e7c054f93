import { FORM_FIELDS, ID_PATTERN, UUID_FIELD_PATTERN } from '@stowage/contract';
import type { LimitsConfiguration } from '../../../platform/config/configuration.js';
import { ProblemError } from '../../../platform/http/problem-error.js';
import { parseWholeNumber } from '../../../platform/http/whole-number.js';
import { uploadPlace } from '../../upload-place.js';

/** What a form says, apart from its bytes. */
export interface FormFacts {
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  readonly mediaType: string;
  /** Most bytes the file part can still have; null when the request does not tell its length. */
  readonly maxLength: number | null;
}

/** A form understood: where its bytes go. */
export interface DropzoneForm {
  readonly name: string;
  /** Folder, `/`-separated; `''` is where it begins. */
  readonly path: string;
  /** Id of the space it goes into; null when the form does not say. */
  readonly space: string | null;
  /** Id of the folder that the path begins in; null when the form does not say. */
  readonly folder: string | null;
  readonly mediaType: string;
  readonly declaredSha256: string | null;
  /** Null for a plain form post: then the file part is the whole file. */
  readonly chunk: DropzoneChunk | null;
}

/** The dz fields, checked against each other. */
export interface DropzoneChunk {
  /** `dzuuid`: the client's key of the upload. */
  readonly key: string;
  readonly index: number;
  readonly count: number;
  readonly totalSize: number;
  readonly chunkSize: number;
  /** index × chunkSize. */
  readonly offset: number;
  /** Bytes that this very chunk must have. */
  readonly length: number;
}

const NUMBERS = [
  FORM_FIELDS.chunkIndex,
  FORM_FIELDS.totalFileSize,
  FORM_FIELDS.chunkSize,
  FORM_FIELDS.totalChunkCount,
  FORM_FIELDS.chunkByteOffset,
] as const;

/**
 * Reads the fields that Dropzone sends (5.4.0 to 6.3.5); all of the dz fields, or none.
 * @throws ProblemError naming what is wrong; nothing has been read of the file then
 */
export function parseDropzoneForm(facts: FormFacts, limits: LimitsConfiguration): DropzoneForm {
  const { fields } = facts;
  const name = fields.get(FORM_FIELDS.name) ?? facts.fileName;
  const place = uploadPlace(name, fields.get(FORM_FIELDS.path) ?? '');
  const chunk = parseChunk(fields, limits);
  checkRoom(facts.maxLength, chunk, limits);
  return {
    ...place,
    space: parseId(fields.get(FORM_FIELDS.space), `${FORM_FIELDS.space} must be the id of a space.`),
    folder: parseId(fields.get(FORM_FIELDS.folder), `${FORM_FIELDS.folder} must be the id of a folder.`),
    mediaType: facts.mediaType,
    declaredSha256: parseDigest(fields.get(FORM_FIELDS.sha256)),
    chunk,
  };
}

function parseChunk(fields: ReadonlyMap<string, string>, limits: LimitsConfiguration): DropzoneChunk | null {
  const expected = [FORM_FIELDS.uuid, ...NUMBERS];
  const missing = expected.filter((field) => !fields.has(field));
  if (missing.length === expected.length) return null;
  if (missing.length > 0) throw new ProblemError('missing-field', `Missing: ${missing.join(', ')}.`);
  const key = fields.get(FORM_FIELDS.uuid) ?? '';
  if (!UUID_FIELD_PATTERN.test(key)) {
    throw new ProblemError(
      'invalid-field',
      `${FORM_FIELDS.uuid} must be 1 to 128 letters, digits or ._~:@+=,- characters.`,
    );
  }
  const chunk = {
    key,
    index: integer(fields, FORM_FIELDS.chunkIndex),
    count: integer(fields, FORM_FIELDS.totalChunkCount),
    totalSize: integer(fields, FORM_FIELDS.totalFileSize),
    chunkSize: integer(fields, FORM_FIELDS.chunkSize),
    offset: integer(fields, FORM_FIELDS.chunkByteOffset),
  };
  checkLimits(chunk, limits);
  checkGrid(chunk);
  return { ...chunk, length: Math.min(chunk.chunkSize, chunk.totalSize - chunk.offset) };
}

function integer(fields: ReadonlyMap<string, string>, field: string): number {
  const value = parseWholeNumber(fields.get(field) ?? '');
  if (value === null) {
    throw new ProblemError('invalid-field', `${field} must be a whole number in decimal digits.`);
  }
  return value;
}

type Numbers = Omit<DropzoneChunk, 'key' | 'length'>;

function checkLimits({ totalSize, chunkSize }: Numbers, limits: LimitsConfiguration): void {
  if (totalSize > limits.maxFileSize) throw tooLarge(limits);
  if (chunkSize > limits.maxChunkSize) {
    throw new ProblemError('chunk-too-large', `A chunk can have ${limits.maxChunkSize} bytes at most.`);
  }
  if (chunkSize === 0) throw new ProblemError('invalid-field', `${FORM_FIELDS.chunkSize} must be 1 or more.`);
  if (Math.ceil(totalSize / chunkSize) > limits.maxChunks) {
    throw new ProblemError('too-many-chunks', `A file can have ${limits.maxChunks} chunks at most: send larger ones.`);
  }
}

function checkGrid({ index, count, totalSize, chunkSize, offset }: Numbers): void {
  const chunks = Math.max(1, Math.ceil(totalSize / chunkSize));
  if (count !== chunks) {
    throw new ProblemError(
      'chunk-count-mismatch',
      `${totalSize} bytes in chunks of ${chunkSize} are ${chunks} chunks, not ${count}.`,
    );
  }
  if (index >= count) throw new ProblemError('invalid-field', `${FORM_FIELDS.chunkIndex} must be below ${count}.`);
  if (offset !== index * chunkSize) {
    throw new ProblemError('offset-mismatch', `Chunk ${index} begins at ${index * chunkSize}, not at ${offset}.`);
  }
}

/** Most clients send one behind the last boundary, where it looks like two more bytes of the file. */
const LINE_END = 2;

/** Refuses, before a byte is written, a body that cannot be as long as its chunk, or is longer than any file. */
function checkRoom(maxLength: number | null, chunk: DropzoneChunk | null, limits: LimitsConfiguration): void {
  if (maxLength === null) return;
  if (chunk === null) {
    if (maxLength - LINE_END > limits.maxFileSize) throw tooLarge(limits);
  } else if (maxLength < chunk.length) {
    throw new ProblemError(
      'size-mismatch',
      `The chunk should have ${chunk.length} bytes but has ${maxLength} at most.`,
    );
  }
}

function tooLarge(limits: LimitsConfiguration): ProblemError {
  return new ProblemError('file-too-large', `A file can have ${limits.maxFileSize} bytes at most.`);
}

function parseId(text: string | undefined, refusal: string): string | null {
  if (text === undefined || text === '') return null;
  if (!ID_PATTERN.test(text)) throw new ProblemError('invalid-field', refusal);
  return text;
}

function parseDigest(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (!/^[0-9a-f]{64}$/iu.test(text)) {
    throw new ProblemError('invalid-field', `${FORM_FIELDS.sha256} must be 64 hex digits.`);
  }
  return text.toLowerCase();
}
