import { Injectable, type OnModuleInit } from '@nestjs/common';
import { spaceNameFault, type ChangeSpace, type CreateSpace, type Space } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { NewAccounts } from '../identity/new-accounts.js';
import { accountOf, membershipsOf, permits, type Principal } from '../identity/principal.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { MemberLedger } from './member-ledger.js';
import { spaceNotFound } from './space-access.js';
import { SpaceLedger, type SpacePage, type SpacePosition } from './space-ledger.js';
import { SpacePolicy } from './space-policy.js';
import { SpaceQuota } from './space-quota.js';

/** Which spaces there are. */
@Injectable()
export class SpacesService implements OnModuleInit {
  constructor(
    private readonly database: DataSource,
    private readonly spaces: SpaceLedger,
    private readonly members: MemberLedger,
    private readonly quota: SpaceQuota,
    private readonly policy: SpacePolicy,
    private readonly newAccounts: NewAccounts,
  ) {}

  onModuleInit(): void {
    this.newAccounts.onMade((manager, { id, name }) => this.moveIn(manager, id, name));
  }

  /** The spaces of somebody; without an account, those of all teams. */
  page(principal: Principal, limit: number, after: SpacePosition | null): Promise<SpacePage> {
    const memberships = membershipsOf(principal);
    return memberships === null
      ? this.spaces.page({}, true, limit, after)
      : this.spaces.pageOfMember(memberships.roles, limit, after);
  }

  /** All spaces, for those who manage the server. */
  all(principal: Principal, limit: number, after: SpacePosition | null): Promise<SpacePage> {
    return this.spaces.page(rolesOf(principal), false, limit, after);
  }

  /** @throws ProblemError space-not-found */
  async find(principal: Principal, id: string, manager = this.database.manager): Promise<Space> {
    const space = await this.spaces.find(id, rolesOf(principal), manager);
    if (space === null) throw spaceNotFound();
    return space;
  }

  /**
   * Makes the space of a team, which whoever makes it manages.
   * @throws ProblemError invalid-name, space-name-taken
   */
  async create(principal: Principal, { name }: CreateSpace): Promise<Space> {
    checkName(name);
    return this.database.transaction(async (manager) => {
      const id = await this.spaces.add(manager, { name, accountId: null, quota: this.quota.usual });
      if (id === null) throw nameTaken();
      const account = accountOf(principal)?.id ?? null;
      if (account !== null) await this.members.add(manager, id, account, 'manager');
      const roles = account === null ? {} : { [id]: 'manager' as const };
      const made = await this.spaces.find(id, roles, manager);
      if (made === null) throw spaceNotFound();
      return made;
    });
  }

  /**
   * Changes what a space is called, how much it may hold, and which files it takes.
   * @throws ProblemError space-not-found, invalid-name, space-name-taken, space-is-personal; not-permitted for a quota
   */
  async change(principal: Principal, id: string, { name, quota, policy }: ChangeSpace): Promise<Space> {
    if (quota !== undefined && !permits(principal, 'admin')) {
      throw new ProblemError('not-permitted', 'Ask whoever manages this server for another quota.');
    }
    if (name !== undefined) checkName(name);
    return this.database.transaction(async (manager) => {
      const { kind } = await this.find(principal, id, manager);
      if (name !== undefined && kind === 'personal') {
        throw new ProblemError('space-is-personal', 'It has the name of its account.');
      }
      if (name !== undefined && !(await this.spaces.rename(manager, id, name))) throw nameTaken();
      if (quota !== undefined) await this.quota.set(manager, id, quota);
      if (policy !== undefined) await this.policy.change(manager, id, policy);
      return this.find(principal, id, manager);
    });
  }

  /** Every account has a space. The first one manages also what was there before it. */
  private async moveIn(manager: EntityManager, account: string, name: string): Promise<void> {
    const own = await this.spaces.add(manager, { name, accountId: account, quota: this.quota.usual });
    if (own === null) throw new Error('Another account has a space of this name.');
    await this.members.add(manager, own, account, 'manager');
    if (!(await this.members.areThereOthers(manager, account))) {
      for (const space of await this.spaces.ofTeams(manager))
        await this.members.add(manager, space, account, 'manager');
    }
  }
}

function rolesOf(principal: Principal) {
  return membershipsOf(principal)?.roles ?? {};
}

function checkName(name: string): void {
  const fault = spaceNameFault(name);
  if (fault !== null) throw new ProblemError('invalid-name', fault);
}

function nameTaken(): ProblemError {
  return new ProblemError('space-name-taken', 'Choose another name.');
}
