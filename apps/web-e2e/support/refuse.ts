import { PROBLEMS, PROBLEM_TYPE_PREFIX } from '@stowage/contract';
import type { Route } from 'playwright-core';

/** Answers what the server says while its database is away: it is reached, so that nothing is read again by itself. */
export async function refuse(route: Route): Promise<void> {
  const code = 'database-unavailable';
  const detail = 'Nothing was lost; try again in a moment.';
  const { status, ...kind } = PROBLEMS[code];
  const body = JSON.stringify({ type: PROBLEM_TYPE_PREFIX + code, code, detail, status, ...kind });
  await route.fulfill({ status, contentType: 'application/problem+json', body });
}
