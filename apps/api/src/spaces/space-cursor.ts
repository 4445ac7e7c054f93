import { z } from 'zod';
import type { SpacePosition } from './space-ledger.js';

/** Where a page of spaces begins, as `next` of the page before says it. */
export const spaceCursorSchema = textCursor('must be one that this server gave out')
  .refine((text) => /^[pt]/u.test(text), 'must be one that this server gave out')
  .transform((text): SpacePosition => ({ isPersonal: text.startsWith('p'), key: text.slice(1) }));

/** Where a page of members begins: behind this key of a name. */
export const memberCursorSchema = textCursor('must be one that this server gave out');

/** What {@link spaceCursorSchema} reads. */
export function printSpaceCursor(position: SpacePosition | null): string | null {
  return position === null ? null : printTextCursor(`${position.isPersonal ? 'p' : 't'}${position.key}`);
}

/** What {@link memberCursorSchema} reads. */
export function printTextCursor(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function textCursor(fault: string) {
  return z
    .string()
    .max(1000)
    .transform((text) => Buffer.from(text, 'base64url').toString('utf8'))
    .refine((text) => !text.includes('\0'), fault);
}
