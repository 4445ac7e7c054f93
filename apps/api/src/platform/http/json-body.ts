import type { z } from 'zod';
import type { BodyPace } from './body-clock.js';
import { ProblemError } from './problem-error.js';
import { openBody, type BodySource } from './raw-body.js';
import { explainFaults } from './schema-faults.js';

/** Nothing that is said in JSON here is longer. */
const MOST_BYTES = 64 * 1024;
const JSON_TYPE = /^application\/json *(; *charset *= *"?utf-8"? *)?$/iu;

/**
 * Reads and validates a JSON body. Only routes that want one call this: everywhere else JSON is content like any other.
 * @param absent what a request without a body means; null: it is refused
 * @throws ProblemError invalid-request naming every member that has no valid value; unsupported-media-type,
 * unsupported-encoding, body-too-large, request-timeout
 */
export async function readJson<S extends z.ZodType>(
  request: BodySource,
  schema: S,
  pace: BodyPace,
  absent: z.input<S> | null = null,
): Promise<z.output<S>> {
  const { headers } = request;
  const tooLong = () => new ProblemError('body-too-large', `It can have ${MOST_BYTES} bytes at most.`);
  const body = openBody(request, { ...pace, maxBytes: MOST_BYTES, tooLong, batchBytes: MOST_BYTES });
  if (body.length === 0 && absent !== null) return validated(schema, absent);
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
    throw new ProblemError('unsupported-media-type', 'Send application/json.');
  }
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw new ProblemError('unsupported-encoding', 'Send the body without Content-Encoding.');
  }
  const buffers: Buffer[] = [];
  for await (const batch of body.content) buffers.push(...batch);
  return validated(schema, parse(Buffer.concat(buffers)));
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ProblemError('invalid-request', 'The body is not valid JSON in UTF-8.');
  }
}

function validated<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProblemError('invalid-request', explainFaults(parsed.error, 'body'));
}
