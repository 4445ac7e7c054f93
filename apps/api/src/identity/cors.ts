import type { Response } from 'express';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
/** What pages of listed origins may send: Dropzone's defaults, and the headers of tus and of IETF resumable uploads. */
const REQUEST_HEADERS = [
  'Accept, Authorization, Cache-Control, Content-Digest, Content-Disposition, Content-Range, Content-Type',
  'Idempotency-Key, If-Match, If-None-Match, If-Range, Range, Repr-Digest, Want-Repr-Digest',
  'Stowage-Upload-Password, Tus-Resumable, Upload-Checksum, Upload-Complete, Upload-Concat, Upload-Defer-Length, Upload-Draft-Interop-Version',
  'Upload-Length, Upload-Limit, Upload-Metadata, Upload-Offset',
  'X-HTTP-Method-Override, X-Request-ID, X-Requested-With',
].join(', ');
/** What they may read of an answer: a client that cannot see its offset takes the upload for broken. */
const EXPOSED_HEADERS = [
  'Accept-Ranges, Content-Disposition, Content-Range, ETag, Location, Repr-Digest, Retry-After',
  'Tus-Checksum-Algorithm, Tus-Extension, Tus-Max-Size, Tus-Resumable, Tus-Version',
  'Upload-Complete, Upload-Concat, Upload-Defer-Length, Upload-Expires, Upload-Length, Upload-Limit, Upload-Metadata, Upload-Offset',
].join(', ');

/** Lets the pages of a listed origin read the answer. */
export function allowOrigin(response: Response, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
}

/** Answers a preflight of a listed origin; it carries no credentials, so none are asked for. */
export function answerPreflight(response: Response): void {
  response.setHeader('Access-Control-Allow-Methods', METHODS);
  response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
  response.setHeader('Access-Control-Max-Age', '600');
  response.status(204).end();
}
