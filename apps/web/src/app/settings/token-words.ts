import type { ApiToken, Scope } from '@stowage/contract';
import { say } from '../language/say.js';
import { ago, localDate } from '../ui/time-span.js';

/** What a scope allows. */
export function scopeWord(scope: Scope): string {
  return say(`settings.scope.${scope}`);
}

/** What a token allows, in a line. */
export function scopeWords({ scopes }: ApiToken): string {
  return say('settings.token.may', { what: scopes.map(scopeWord).join(', ') });
}

/** Whether a token is worth nothing any more. */
export function isExpired({ expiresAt }: ApiToken, now: Date): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now.getTime();
}

/** Until when a token is good. */
export function expiryWords(token: ApiToken, now: Date): string {
  if (token.expiresAt === null) return say('settings.token.forever');
  const day = localDate(new Date(token.expiresAt));
  return say(isExpired(token, now) ? 'settings.token.expired' : 'settings.token.expires', { day });
}

/** When a token was used. */
export function useWords({ lastUsedAt }: ApiToken, now: Date): string {
  return lastUsedAt === null
    ? say('settings.token.unused')
    : say('settings.token.used', { ago: ago(new Date(lastUsedAt), now) });
}
