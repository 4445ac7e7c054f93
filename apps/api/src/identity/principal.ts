import {
  ROLE_PERMISSIONS,
  SPACE_ROLE_PERMISSIONS,
  type Account,
  type Permission,
  type Scope,
  type SpaceRole,
} from '@stowage/contract';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../platform/http/problem-error.js';
import { linkOfOwner, linkOwner, type KnownLink } from './known-link.js';
import type { Memberships } from './memberships.js';

/** Who asks. `session`: the id of the session that has shown it; null without one. */
export type Principal =
  /** Anybody on this machine, as long as nobody has an account. */
  | { readonly access: 'open'; readonly session: null }
  /** Whoever has the access token of the environment. */
  | { readonly access: 'token'; readonly session: string | null }
  | {
      readonly access: 'account';
      readonly account: Account;
      readonly memberships: Memberships;
      readonly session: string;
    }
  /** A program, with a token that an account has made for it. */
  | {
      readonly access: 'api-token';
      readonly account: Account;
      readonly memberships: Memberships;
      readonly scopes: readonly Scope[];
      /** Ids of the only spaces that it is for; null: all. */
      readonly spaces: readonly string[] | null;
      readonly session: null;
    }
  /**
   * Whoever goes on with one upload, of this owner, after the session is over in which it was begun. `memberships`: null
   * for what belongs to no account.
   */
  | {
      readonly access: 'grant';
      readonly upload: string;
      readonly owner: string;
      readonly isAdmin: boolean;
      readonly memberships: Memberships | null;
      readonly session: null;
    }
  /** Whoever holds a link. `open`: its password, if it has one, was shown. */
  | { readonly access: 'link'; readonly link: KnownLink; readonly open: boolean; readonly session: null };

/** Owner of uploads that belong to no account. */
export const SHARED_OWNER = 'built-in';

const principals = new WeakMap<IncomingMessage, Principal>();

/** Notes who asks; the step before all routes does. */
export function letIn(request: IncomingMessage, principal: Principal): void {
  principals.set(request, principal);
}

/** Who asks; null at the few routes that somebody may call who has not been let in. */
export function principalOf(request: IncomingMessage): Principal | null {
  return principals.get(request) ?? null;
}

/** @throws ProblemError unauthorized where nobody has been let in */
export function whoAsks(request: IncomingMessage): Principal {
  const principal = principalOf(request);
  if (principal === null) throw new ProblemError('unauthorized', 'Sign in first.');
  return principal;
}

/** Whether somebody may do what needs a permission; in a space, {@link permitsIn} has to be asked as well. */
export function permits(principal: Principal, permission: Permission): boolean {
  switch (principal.access) {
    case 'open':
    case 'token':
      return true;
    case 'account':
      return ROLE_PERMISSIONS[principal.account.role].includes(permission);
    case 'grant':
      return permission === 'self' || permission === 'uploads:write';
    // Nothing else: what a share lets its holder read has routes of its own.
    case 'link':
      return permission === 'uploads:write' && principal.open && principal.link.kind === 'request';
    case 'api-token':
      return (
        ROLE_PERMISSIONS[principal.account.role].includes(permission) &&
        (permission === 'self' || principal.scopes.some((scope) => scope === scopeFor(permission)))
      );
  }
}

function scopeFor(permission: Permission): Permission {
  return permission === 'space:manage' ? 'admin' : permission;
}

/** What somebody is in a space; null for whom it is not there. Those who manage the server manage every space. */
export function roleIn(principal: Principal, spaceId: string): SpaceRole | null {
  switch (principal.access) {
    case 'open':
    case 'token':
      return 'manager';
    case 'account':
      return permits(principal, 'admin') ? 'manager' : memberRole(principal.memberships, spaceId);
    case 'api-token':
      if (principal.spaces !== null && !principal.spaces.includes(spaceId)) return null;
      return permits(principal, 'admin') ? 'manager' : memberRole(principal.memberships, spaceId);
    case 'grant':
      if (principal.memberships === null || principal.isAdmin) return 'contributor';
      return memberRole(principal.memberships, spaceId);
    case 'link':
      return principal.link.space === spaceId && permits(principal, 'uploads:write') ? 'contributor' : null;
  }
}

/** What an account is in a space as a member of it; null for whom is none. */
export function memberRole({ roles }: Memberships, spaceId: string): SpaceRole | null {
  return Object.hasOwn(roles, spaceId) ? (roles[spaceId] ?? null) : null;
}

/** Whether somebody may do in a space what needs a permission. */
export function permitsIn(principal: Principal, permission: Permission, spaceId: string): boolean {
  const role = roleIn(principal, spaceId);
  return role !== null && permits(principal, permission) && SPACE_ROLE_PERMISSIONS[role].includes(permission);
}

/** The spaces that somebody has because of an account; null without one. */
export function membershipsOf(principal: Principal): Memberships | null {
  switch (principal.access) {
    case 'open':
    case 'token':
      return null;
    case 'account':
    case 'grant':
      return principal.memberships;
    case 'link':
      return { roles: {}, personal: null };
    case 'api-token': {
      const { spaces, memberships } = principal;
      if (spaces === null) return memberships;
      const { roles, personal } = memberships;
      return {
        roles: Object.fromEntries(Object.entries(roles).filter(([id]) => spaces.includes(id))),
        personal: personal !== null && spaces.includes(personal) ? personal : null,
      };
    }
  }
}

/** The account that somebody has signed in to, or acts for; null without one. */
export function accountOf(principal: Principal): Account | null {
  return principal.access === 'account' || principal.access === 'api-token' ? principal.account : null;
}

/** Whose the uploads are that somebody begins. */
export function ownerOf(principal: Principal): string {
  if (principal.access === 'grant') return principal.owner;
  if (principal.access === 'link') return linkOwner(principal.link.id);
  return accountOf(principal)?.id ?? SHARED_OWNER;
}

/** The account that an owner of uploads is; null for {@link SHARED_OWNER}, and for a link. */
export function accountIdOf(owner: string): string | null {
  return owner === SHARED_OWNER || linkOfOwner(owner) !== null ? null : owner;
}

/**
 * The link that somebody holds, at a route that is for its holders.
 * @throws Error anywhere else
 */
export function linkOf(request: IncomingMessage): { readonly link: KnownLink; readonly open: boolean } {
  const principal = principalOf(request);
  if (principal?.access !== 'link') throw new Error('Nobody has been let in by a link.');
  return principal;
}
