import type { IncomingMessage } from 'node:http';
import { ownerOf, permits, permitsIn, roleIn, SHARED_OWNER, whoAsks, type Principal } from '../identity/principal.js';
import { ProblemError } from '../platform/http/problem-error.js';
import type { Upload } from './entities/upload.entity.js';

/** Somebody who asks about uploads. */
export interface UploadCaller {
  readonly principal: Principal;
  /** Whose the uploads are that somebody begins. */
  readonly owner: string;
  /** Whose uploads somebody is shown. */
  readonly owners: readonly string[];
  /** Ids of the only spaces of which somebody is shown any; null: all. */
  readonly spaces: readonly string[] | null;
  /** True for those who manage the server, and so every space. */
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
  const principal = whoAsks(request);
  const owner = ownerOf(principal);
  if (principal.access === 'grant') {
    return { principal, owner, owners: [], spaces: null, seesAll: false, only: principal.upload, session: null };
  }
  const seesAll = permits(principal, 'admin');
  const owners = seesAll ? [...new Set([owner, SHARED_OWNER])] : [owner];
  const spaces = principal.access === 'api-token' ? principal.spaces : null;
  return { principal, owner, owners, spaces, seesAll, only: null, session: principal.session };
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

/**
 * Whether somebody may know of an upload: of one's own also when its space is not theirs any more, of those of others who
 * manages the space that it goes into.
 */
export function mayKnow(
  caller: UploadCaller,
  { id, owner, spaceId }: Pick<Upload, 'id' | 'owner' | 'spaceId'>,
): boolean {
  if (caller.only !== null) return id === caller.only;
  if (caller.spaces?.includes(spaceId) === false) return false;
  return owner === caller.owner || permitsIn(caller.principal, 'space:manage', spaceId);
}

/**
 * Looks whether somebody may put a file into a space.
 * @throws ProblemError space-not-found to whom it is not there, not-permitted to a member whose role is too small
 */
export function checkMayUpload({ principal }: UploadCaller, spaceId: string): void {
  if (permitsIn(principal, 'uploads:write', spaceId)) return;
  throw roleIn(principal, spaceId) === null
    ? new ProblemError('space-not-found', 'It never was, or you are no member of it.')
    : notPermitted();
}

/**
 * Looks whether somebody may still go on with an upload that they know of.
 * @throws ProblemError not-permitted
 */
export function checkMayGoOn({ principal }: UploadCaller, { spaceId }: Pick<Upload, 'spaceId'>): void {
  if (!permitsIn(principal, 'uploads:write', spaceId)) throw notPermitted();
}

/** Refuses what concerns another upload than the one that somebody goes on with. */
export function onlyOne(): ProblemError {
  return new ProblemError('not-permitted', 'This secret is for one upload, to go on with it.');
}

/** Refuses whoever may not upload into a space. */
export function notPermitted(): ProblemError {
  return new ProblemError('not-permitted', 'Ask whoever manages the space, who can let you upload into it.');
}
