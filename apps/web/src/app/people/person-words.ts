import type { Person } from '@stowage/contract';
import { ago, inTime } from '../ui/time-span.js';

/** What an account's role is called. */
export function roleWord({ role }: Pick<Person, 'role'>): string {
  return role === 'admin' ? 'Admin' : 'Member';
}

/** What an account is, beside its role; empty for one that is as most are. */
export function stateWord({ state }: Person): string {
  return { invited: 'Invited', active: '', disabled: 'Disabled' }[state];
}

/** What has become of an account, in a sentence without its full stop. */
export function historyOf(person: Person, now: Date): string {
  const { state, lastSignedInAt, linkExpiresAt } = person;
  if (state === 'invited') {
    return linkExpiresAt === null
      ? 'the invitation is over'
      : `the link expires ${inTime(new Date(linkExpiresAt), now)}`;
  }
  return lastSignedInAt === null ? 'never signed in' : `signed in ${ago(new Date(lastSignedInAt), now)}`;
}
