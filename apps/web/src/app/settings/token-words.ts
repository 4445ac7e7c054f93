import type { ApiToken, Scope } from '@stowage/contract';
import { ago, localDate } from '../ui/time-span.js';

const WORDS: Readonly<Record<Scope, string>> = {
  'uploads:write': 'upload',
  'files:read': 'list and download files',
  'files:write': 'delete files',
  admin: 'manage accounts',
};

/** What a scope allows. */
export function scopeWord(scope: Scope): string {
  return WORDS[scope];
}

/** What a token allows, in a line. */
export function scopeWords({ scopes }: ApiToken): string {
  return `may ${scopes.map(scopeWord).join(', ')}`;
}

/** Whether a token is worth nothing any more. */
export function isExpired({ expiresAt }: ApiToken, now: Date): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now.getTime();
}

/** Until when a token is good. */
export function expiryWords(token: ApiToken, now: Date): string {
  if (token.expiresAt === null) return 'does not expire';
  const day = localDate(new Date(token.expiresAt));
  return isExpired(token, now) ? `expired on ${day}` : `expires on ${day}`;
}

/** When a token was used. */
export function useWords({ lastUsedAt }: ApiToken, now: Date): string {
  return lastUsedAt === null ? 'never used' : `used ${ago(new Date(lastUsedAt), now)}`;
}
