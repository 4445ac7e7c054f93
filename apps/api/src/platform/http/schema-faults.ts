import type { z } from 'zod';

/** Most characters of an explanation: it repeats names that the client has chosen. */
const MOST = 500;

/** Says in one line what is wrong with a value. */
export function explainFaults(error: z.ZodError, whole: string): string {
  const text = error.issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`).join('; ');
  return text.length <= MOST ? text : `${text.slice(0, MOST).toWellFormed()}…`;
}
