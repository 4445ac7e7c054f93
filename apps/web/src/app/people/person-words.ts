import type { Person } from '@stowage/contract';
import { say } from '../language/say.js';
import { ago, inTime } from '../ui/time-span.js';

/** What an account's role is called. */
export function roleWord({ role }: Pick<Person, 'role'>): string {
  return say(`people.role.${role}`);
}

/** What an account is, beside its role; empty for one that is as most are. */
export function stateWord({ state }: Person): string {
  return state === 'active' ? '' : say(`people.state.${state}`);
}

/** What has become of an account, in a sentence without its full stop. */
export function historyOf(person: Person, now: Date): string {
  const { state, lastSignedInAt, linkExpiresAt } = person;
  if (state === 'invited') {
    return linkExpiresAt === null
      ? say('people.history.invitationOver')
      : say('people.history.linkExpires', { when: inTime(new Date(linkExpiresAt), now) });
  }
  return lastSignedInAt === null
    ? say('people.history.neverSignedIn')
    : say('people.history.signedIn', { ago: ago(new Date(lastSignedInAt), now) });
}
