import type { z } from 'zod';
import { ProblemError } from './problem-error.js';
import { explainFaults } from './schema-faults.js';

/**
 * Validates a query string.
 * @throws ProblemError invalid-request naming every parameter that has no valid value
 */
export function parseQuery<S extends z.ZodType>(schema: S, query: unknown): z.infer<S> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new ProblemError('invalid-request', explainFaults(parsed.error, 'query'));
}
