import { randomBytes } from 'node:crypto';

/** A new id: 128 random bits in URL-safe base64, 22 characters. */
export function newId(): string {
  return randomBytes(16).toString('base64url');
}
