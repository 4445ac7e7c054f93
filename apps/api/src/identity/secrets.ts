import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret: 256 random bits in URL-safe base64, 43 characters. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is kept of a secret. It has 256 random bits, so a plain digest tells nobody anything, and finding its row by the
 * digest takes a time that tells nothing either.
 */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Compares two secrets in a time that does not tell how alike they are. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b));
}
