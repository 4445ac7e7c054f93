import type { Account } from '@stowage/contract';
import type { IncomingMessage } from 'node:http';

/** Who asks. `session`: the id of the session that has shown it; null without one. */
export type Principal =
  /** Anybody on this machine, as long as nobody has an account. */
  | { readonly access: 'open'; readonly session: null }
  /** Whoever has the access token of the environment. */
  | { readonly access: 'token'; readonly session: string | null }
  | { readonly access: 'account'; readonly account: Account; readonly session: string };

/** Owner of every upload: whoever is let in may do everything, until spaces have members. */
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
