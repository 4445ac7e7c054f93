import { PROBLEMS } from '@stowage/contract';
import type { Request, Response } from 'express';
import { DATA_HEADERS } from './data-headers.js';
import { discardRest } from './discard-rest.js';
import { problemDocument, type ProblemError } from './problem-error.js';
import { requestIdOf } from './request-id.js';

/**
 * Answers with a problem. A POST outside /api may come from a form widget: those show `error` of an `application/json`
 * body and nothing else, so there the same document is labelled so.
 */
export function sendProblem(
  request: Request,
  response: Response,
  { code, message: detail, retryAfter, folder }: ProblemError,
): void {
  if (response.headersSent) {
    // Too late to say anything: a broken connection is the only honest end of a half-sent body.
    response.destroy();
    return;
  }
  const { status, title } = PROBLEMS[code];
  const document = {
    ...problemDocument(code, detail, requestIdOf(request)),
    ...(folder === null ? {} : { folder }),
  };
  const asForm = request.method === 'POST' && !request.path.startsWith('/api/');
  const body = asForm ? { ...document, error: detail === title ? title : `${title}: ${detail}` } : document;
  response.status(status);
  // Also of what is refused before any route, such as a request of a foreign page; a stricter policy stays.
  for (const [header, value] of Object.entries(DATA_HEADERS)) {
    if (!response.hasHeader(header)) response.setHeader(header, value);
  }
  response.setHeader(
    'Content-Type',
    asForm ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8',
  );
  response.setHeader('Cache-Control', 'no-store');
  if (retryAfter !== null) response.setHeader('Retry-After', String(retryAfter));
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="stowage"');
  const text = JSON.stringify(body);
  // Also where the route had already announced the length of something else.
  response.setHeader('Content-Length', Buffer.byteLength(text));
  discardRest(request, response);
  response.end(request.method === 'HEAD' ? undefined : text);
}
