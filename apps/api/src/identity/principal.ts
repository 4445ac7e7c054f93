import { ROLE_PERMISSIONS, type Account, type Permission, type Scope } from '@stowage/contract';
import type { IncomingMessage } from 'node:http';

/** Who asks. `session`: the id of the session that has shown it; null without one. */
export type Principal =
  /** Anybody on this machine, as long as nobody has an account. */
  | { readonly access: 'open'; readonly session: null }
  /** Whoever has the access token of the environment. */
  | { readonly access: 'token'; readonly session: string | null }
  | { readonly access: 'account'; readonly account: Account; readonly session: string }
  /** A program, with a token that an account has made for it. */
  | {
      readonly access: 'api-token';
      readonly account: Account;
      readonly scopes: readonly Scope[];
      readonly session: null;
    }
  /** Whoever goes on with one upload, of this owner, after the session is over in which it was begun. */
  | { readonly access: 'grant'; readonly upload: string; readonly owner: string; readonly session: null };

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

/** Whether somebody may do what needs a permission. */
export function permits(principal: Principal, permission: Permission): boolean {
  switch (principal.access) {
    case 'open':
    case 'token':
      return true;
    case 'account':
      return ROLE_PERMISSIONS[principal.account.role].includes(permission);
    case 'grant':
      return permission === 'self' || permission === 'uploads:write';
    case 'api-token':
      return (
        ROLE_PERMISSIONS[principal.account.role].includes(permission) &&
        (permission === 'self' || principal.scopes.some((scope) => scope === permission))
      );
  }
}

/** The account that somebody has signed in to, or acts for; null without one. */
export function accountOf(principal: Principal): Account | null {
  return principal.access === 'account' || principal.access === 'api-token' ? principal.account : null;
}

/** Whose the uploads are that somebody begins. */
export function ownerOf(principal: Principal): string {
  if (principal.access === 'grant') return principal.owner;
  return accountOf(principal)?.id ?? SHARED_OWNER;
}
