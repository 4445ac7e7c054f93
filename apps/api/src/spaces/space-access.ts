import type { Permission } from '@stowage/contract';
import { permitsIn, roleIn, type Principal } from '../identity/principal.js';
import { ourId } from '../platform/http/our-id.js';
import { ProblemError } from '../platform/http/problem-error.js';

const DETAIL = 'It never was, or you are no member of it.';

/** Refuses a space that is not there, or that somebody must not know of: the two are answered alike. */
export function spaceNotFound(): ProblemError {
  return new ProblemError('space-not-found', DETAIL);
}

/**
 * The id of a space in which somebody may do what needs a permission.
 * @throws ProblemError space-not-found to whom it is not there, not-permitted to a member whose role is too small
 */
export function spaceFor(principal: Principal, permission: Permission, text: string): string {
  const id = ourId(text, 'space-not-found', DETAIL);
  checkIn(principal, permission, id, spaceNotFound);
  return id;
}

/**
 * Looks whether somebody may do in a space what needs a permission.
 * @param hidden what they are told to whom the space, and so what is in it, is not there
 * @throws ProblemError that one, or not-permitted to a member whose role is too small
 */
export function checkIn(
  principal: Principal,
  permission: Permission,
  spaceId: string,
  hidden: () => ProblemError,
): void {
  if (roleIn(principal, spaceId) === null) throw hidden();
  if (!permitsIn(principal, permission, spaceId)) {
    throw new ProblemError('not-permitted', 'Ask whoever manages this space, who can give you another role.');
  }
}
