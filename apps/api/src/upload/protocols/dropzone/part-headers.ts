import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { FormError, malformed, overLimit } from './form-errors.js';
import type { FormLimits } from './form-limits.js';
import { parseParameters, TOKEN_CHARACTERS, trimSpace } from './header-parameters.js';

/** What the headers of one part say. */
export interface PartHeaders {
  /** `name`, with the escapes of browsers undone. */
  readonly name: string;
  /** `filename` likewise; null when the part is a field. */
  readonly fileName: string | null;
  /** Type and subtype in lower case without parameters; `application/octet-stream` when absent or invalid. */
  readonly mediaType: string;
}

const DEFAULT_MEDIA_TYPE = 'application/octet-stream';
const MAX_MEDIA_TYPE_LENGTH = 255;
const MEDIA_TYPE = new RegExp(`^[${TOKEN_CHARACTERS}]+/[${TOKEN_CHARACTERS}]+$`, 'u');
// The characters of RFC 2046, and those of a token, which clients also use (`*****` comes from many a tutorial).
const BOUNDARY = new RegExp(`^[${TOKEN_CHARACTERS}(),/:=? ]*[${TOKEN_CHARACTERS}(),/:=?]$`, 'u');
/** Transfer encodings that leave the bytes as they are; any other would be stored still encoded. */
const IDENTITY_ENCODINGS: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);
/**
 * A token, a colon, and anything but CR, LF and NUL. No folded line either: it begins with a space, and nobody sends one but
 * to be read differently elsewhere.
 */
const HEADER_LINE = new RegExp(`^([${TOKEN_CHARACTERS}]+):([^\\0\\r\\n]*)$`, 'u');
/** Most names: nothing to decode, nothing to unescape. */
const PLAIN_NAME = /^[ -$&-~]*$/u;

/**
 * The boundary that a request declares for its form.
 * @throws FormError `unsupported-media-type` when the body is no plain form, `malformed-multipart` without valid boundary
 */
export function formBoundary(headers: IncomingHttpHeaders, maxLength: number): string {
  const contentType = headers['content-type'] ?? '';
  if (essence(contentType) !== 'multipart/form-data') {
    throw new FormError('unsupported-media-type', 'Files are sent here as multipart/form-data.');
  }
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') {
    throw new FormError('unsupported-media-type', 'A form is sent without Content-Encoding.');
  }
  const boundary = parseParameters(contentType, parametersStart(contentType))?.get('boundary');
  if (boundary === undefined) throw malformed('The Content-Type of the form names no boundary.');
  if (boundary.length > maxLength) throw malformed(`A boundary can have ${maxLength} characters at most.`);
  if (!BOUNDARY.test(boundary)) throw malformed('The boundary of the form has characters that are not allowed.');
  return boundary;
}

/**
 * Reads the headers of one part.
 * @param block the header lines, without the blank line that ends them
 * @throws FormError `malformed-multipart`, `multipart-limit`, `invalid-name` for a file name that is not UTF-8, or
 * `unsupported-media-type` for a part in another transfer encoding
 */
export function parsePartHeaders(block: Buffer, limits: FormLimits): PartHeaders {
  // One character a byte: the syntax is ASCII, and each value says for itself what bytes it may have.
  const headers = headerLines(block.toString('latin1'), limits.maxHeaderPairs);
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? 'binary';
  if (!IDENTITY_ENCODINGS.has(encoding)) {
    throw new FormError('unsupported-media-type', 'The parts of a form are sent without transfer encoding.');
  }
  const disposition = headers.get('content-disposition') ?? '';
  const parameters = parseParameters(disposition, parametersStart(disposition));
  if (essence(disposition) !== 'form-data' || parameters === null) {
    throw malformed('A part of the form has no valid Content-Disposition.');
  }
  const name = parameters.get('name');
  if (name === undefined) throw malformed('A part of the form has no name.');
  if (name.length > limits.maxFieldNameBytes) {
    throw overLimit(`The name of a form field can have ${limits.maxFieldNameBytes} bytes at most.`);
  }
  const fileName = parameters.get('filename');
  return {
    name: unescapeName(name) ?? fail(malformed('The name of a form field is not valid UTF-8.')),
    fileName:
      fileName === undefined
        ? null
        : (unescapeName(fileName) ?? fail(new FormError('invalid-name', 'The name of the file is not valid UTF-8.'))),
    mediaType: mediaType(headers.get('content-type') ?? ''),
  };
}

/** The text that these bytes are in UTF-8; null when they are not. A byte order mark is kept: bytes are data. */
export function decodeUtf8(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

function headerLines(text: string, maxPairs: number): Map<string, string> {
  const headers = new Map<string, string>();
  const lines = text === '' ? [] : text.split('\r\n');
  if (lines.length > maxPairs) throw overLimit(`A part of a form can have ${maxPairs} headers at most.`);
  for (const line of lines) {
    const [, name = '', value = ''] = HEADER_LINE.exec(line) ?? [];
    if (name === '') throw malformed('A header line of a part is not valid.');
    const key = name.toLowerCase();
    if (headers.has(key)) throw malformed('A part of the form has a header twice.');
    headers.set(key, trimSpace(value));
  }
  return headers;
}

function mediaType(contentType: string): string {
  const type = essence(contentType);
  return type.length <= MAX_MEDIA_TYPE_LENGTH && MEDIA_TYPE.test(type) ? type : DEFAULT_MEDIA_TYPE;
}

/** A header value without its parameters, in lower case. */
function essence(value: string): string {
  return trimSpace(value.slice(0, parametersStart(value))).toLowerCase();
}

function parametersStart(value: string): number {
  const semicolon = value.indexOf(';');
  return semicolon < 0 ? value.length : semicolon;
}

/**
 * Undoes the three escapes that browsers use in names, and only those: `%41` is a name with a percent sign. Null when the
 * bytes are not UTF-8.
 */
function unescapeName(latin1: string): string | null {
  if (PLAIN_NAME.test(latin1)) return latin1;
  const text = decodeUtf8(Buffer.from(latin1, 'latin1'));
  return text === null ? null : text.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

function fail(error: FormError): never {
  throw error;
}
