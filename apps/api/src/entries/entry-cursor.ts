import { idSchema, type EntryOrder } from '@stowage/contract';
import { z } from 'zod';
import { isMoment } from '../platform/http/cursor.js';
import { ProblemError } from '../platform/http/problem-error.js';

/** In what order the entries of a folder are listed; folders come first. */
export interface EntrySort {
  readonly by: EntryOrder;
  readonly direction: 'asc' | 'desc';
}

/** A place in the list of a folder: the entry after which the next page begins. */
export interface EntryCursor {
  readonly kind: 'folder' | 'file';
  /** What it is ordered by there, as text. */
  readonly key: string;
  readonly id: string;
}

/** PostgreSQL takes no other text. */
const storable = (text: string) => text.isWellFormed() && !text.includes('\u0000');
const KEYS = {
  name: z.string().max(2000).refine(storable),
  size: z.string().regex(/^\d{1,16}$/u),
  created: z.string().refine(isMoment),
};

const keySchema = ({ by }: EntrySort, kind: 'folder' | 'file') =>
  KEYS[by === 'size' && kind === 'folder' ? 'name' : by];
const kindSchema = z.enum(['folder', 'file']);

/** Prints a cursor as opaque text for a query string. */
export function printEntryCursor(sort: EntrySort, { kind, key, id }: EntryCursor): string {
  return Buffer.from(JSON.stringify([sort.by, sort.direction, kind, key, id])).toString('base64url');
}

/**
 * Reads what {@link printEntryCursor} printed for a list in the same order.
 * @throws ProblemError invalid-request for anything else
 */
export function parseEntryCursor(sort: EntrySort, text: string): EntryCursor {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const head = z
      .tuple([z.literal(sort.by), z.literal(sort.direction), kindSchema, z.string(), idSchema])
      .parse(parts);
    const [, , kind, key, id] = head;
    return { kind, key: keySchema(sort, kind).parse(key), id };
  } catch {
    throw new ProblemError('invalid-request', 'The cursor is not one that this server gave out for this order.');
  }
}
