import type { Response } from 'express';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';
const REQUEST_HEADERS =
  'Accept, Authorization, Cache-Control, Content-Disposition, Content-Digest, Content-Type, If-Match, If-None-Match, ' +
  'If-Range, Range, Repr-Digest, Want-Repr-Digest, X-HTTP-Method-Override, X-Request-ID, X-Requested-With';
const EXPOSED_HEADERS = 'Accept-Ranges, Content-Disposition, Content-Range, ETag, Location, Repr-Digest, Retry-After';

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
