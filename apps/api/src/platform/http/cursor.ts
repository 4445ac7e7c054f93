import { z } from 'zod';
import { idSchema } from '@stowage/contract';
import { ProblemError } from './problem-error.js';

/** A place in a list that runs from new to old: the row after which the next page begins. */
export interface Cursor {
  /** `created_at` as PostgreSQL prints it: microseconds, which a Date would lose. */
  readonly createdAt: string;
  readonly id: string;
}

const MOMENT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?\+00$/u;

/** A moment that PostgreSQL can read: one it cannot, such as the 30th of February, would fail as a fault of ours. */
export function isMoment(text: string): boolean {
  const [, day = '', time = ''] = MOMENT.exec(text) ?? [];
  const date = new Date(`${day}T${time}Z`);
  return (
    !day.startsWith('0000') && !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === `${day}T${time}`
  );
}

const cursorSchema = z.tuple([z.string().refine(isMoment), idSchema]);

/** Prints a cursor as opaque text for a query string. */
export function printCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.createdAt, cursor.id])).toString('base64url');
}

/**
 * Reads what {@link printCursor} printed.
 * @throws ProblemError invalid-request for anything else
 */
export function parseCursor(text: string): Cursor {
  try {
    const [createdAt, id] = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { createdAt, id };
  } catch {
    throw new ProblemError('invalid-request', 'The cursor is not one that this server gave out.');
  }
}
