import type { IncomingMessage } from 'node:http';
import { ownerOf, permits, principalOf, SHARED_OWNER } from '../identity/principal.js';
import { ProblemError } from '../platform/http/problem-error.js';

/** Somebody who asks about uploads. */
export interface UploadCaller {
  /** Whose the uploads are that somebody begins. */
  readonly owner: string;
  /** Whose uploads somebody is shown. */
  readonly owners: readonly string[];
  /** True for those who manage the server: they can look at, go on with and end the uploads of others. */
  readonly seesAll: boolean;
  /** The only upload that somebody may know of, and goes on with; null: all that are theirs. */
  readonly only: string | null;
  /** The session in which somebody asks; null without one. */
  readonly session: string | null;
}

/**
 * Who asks, as far as uploads are concerned. What was begun before anybody had an account is shown to those who manage the
 * server.
 */
export function callerOf(request: IncomingMessage): UploadCaller {
  const principal = principalOf(request);
  if (principal === null) throw new ProblemError('unauthorized', 'Sign in first.');
  const owner = ownerOf(principal);
  if (principal.access === 'grant') {
    return { owner, owners: [], seesAll: false, only: principal.upload, session: null };
  }
  const seesAll = permits(principal, 'admin');
  const owners = seesAll ? [...new Set([owner, SHARED_OWNER])] : [owner];
  return { owner, owners, seesAll, only: null, session: principal.session };
}

/**
 * The same, for what concerns other uploads than one: to begin one, to list them.
 * @throws ProblemError not-permitted for whoever goes on with one only
 */
export function freeCallerOf(request: IncomingMessage): UploadCaller {
  const caller = callerOf(request);
  if (caller.only !== null) throw onlyOne();
  return caller;
}

/** Refuses what concerns another upload than the one that somebody goes on with. */
export function onlyOne(): ProblemError {
  return new ProblemError('not-permitted', 'This secret is for one upload, to go on with it.');
}
