import type { NextFunction, Request, Response } from 'express';
import type { Stopping } from '../stopping.js';
import { ProblemError } from './problem-error.js';

/** What supervisors ask of a server that stops. */
const ALWAYS = new Set(['/healthz', '/readyz', '/metrics']);

/** The refusal of whatever comes, or does not end, while the server stops. */
export function shuttingDown(): ProblemError {
  return new ProblemError('shutting-down', 'What is held is safe; go on when the server is back.', { retryAfter: 5 });
}

/** First step of every request: once the server takes no more, refuses those on connections that are still open. */
export function refuseWhileStopping(stopping: Stopping) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!stopping.begun.aborted) {
      next();
      return;
    }
    response.setHeader('Connection', 'close');
    next(ALWAYS.has(request.path) ? undefined : shuttingDown());
  };
}
