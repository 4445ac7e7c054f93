import { Injectable } from '@nestjs/common';
import {
  accountNameFault,
  type ChangePerson,
  type Invite,
  type Invited,
  type PasswordLink,
  type Person,
} from '@stowage/contract';
import { DataSource } from 'typeorm';
import { ProblemError } from '../platform/http/problem-error.js';
import { AccountLedger } from './account-ledger.js';
import { PasswordLinks } from './password-links.js';
import { PeopleLedger } from './people-ledger.js';
import { SessionLedger } from './session-ledger.js';

/** Who has an account, and what it may do. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly database: DataSource,
    private readonly accounts: AccountLedger,
    private readonly people: PeopleLedger,
    private readonly links: PasswordLinks,
    private readonly sessions: SessionLedger,
  ) {}

  /**
   * Makes an account, and the link by which whoever is invited chooses a password.
   * @throws ProblemError invalid-name, account-name-taken
   */
  async invite({ name, role }: Invite): Promise<Invited> {
    const fault = accountNameFault(name);
    if (fault !== null) throw new ProblemError('invalid-name', fault);
    return this.database.transaction(async (manager) => {
      const account = await this.accounts.add(manager, { name, role, passwordHash: null });
      if (account === null) throw new ProblemError('account-name-taken', 'Choose another name.');
      const link = await this.links.offer(manager, account.id);
      return { account: await this.found(account.id, manager), link };
    });
  }

  /**
   * Makes a new link by which a password is chosen: for somebody who was invited, or who has forgotten it.
   * @throws ProblemError account-not-found, account-disabled
   */
  async offerLink(id: string): Promise<PasswordLink> {
    return this.database.transaction(async (manager) => {
      const person = await this.people.hold(manager, id);
      if (person === null) throw notFound();
      if (person.state === 'disabled') throw new ProblemError('account-disabled', 'Enable it first.');
      return this.links.offer(manager, id);
    });
  }

  /**
   * Changes what somebody may do, effective with the next request.
   * @throws ProblemError account-not-found; last-admin, and nothing has changed
   */
  async change(id: string, changes: ChangePerson): Promise<Person> {
    return this.database.transaction(async (manager) => {
      await this.people.holdAdmins(manager);
      const hadAdmin = await this.people.hasAdmin(manager);
      if (!(await this.people.change(manager, id, changes))) throw notFound();
      if (hadAdmin && !(await this.people.hasAdmin(manager))) {
        throw new ProblemError(
          'last-admin',
          'This is the only admin who can sign in. Make somebody else an admin first.',
        );
      }
      if (changes.disabled === true) {
        await this.sessions.endAll(manager, id);
        await this.links.withdraw(manager, id);
      }
      return this.found(id, manager);
    });
  }

  /**
   * Withdraws an invitation: the account is gone, its name is free.
   * @throws ProblemError account-not-found; account-in-use when somebody has accepted it
   */
  async withdraw(id: string): Promise<void> {
    if (await this.people.withdraw(id)) return;
    await this.found(id);
    throw new ProblemError(
      'account-in-use',
      'Only an invitation that nobody has accepted can be withdrawn. Disable it.',
    );
  }

  private async found(id: string, manager = this.database.manager): Promise<Person> {
    const person = await this.people.find(id, manager);
    if (person === null) throw notFound();
    return person;
  }
}

function notFound(): ProblemError {
  return new ProblemError('account-not-found', 'It may have been withdrawn.');
}
