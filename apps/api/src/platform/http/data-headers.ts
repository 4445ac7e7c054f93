import type { NextFunction, Request, Response } from 'express';

/**
 * Headers of whatever is data and no page: no browser takes it for something else than it says, shows it in a frame,
 * loads anything for it, or hands it to a page of another origin that has not been let in by name.
 */
export const DATA_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** A step in front of all routes but those of the portal: what they answer is data, unless a route says otherwise. */
export function answerData(_request: Request, response: Response, next: NextFunction): void {
  response.set(DATA_HEADERS);
  next();
}
