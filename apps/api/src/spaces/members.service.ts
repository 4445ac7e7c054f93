import { Injectable } from '@nestjs/common';
import type { AddMember, Member, SpaceRole } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { ProblemError } from '../platform/http/problem-error.js';
import { MemberLedger } from './member-ledger.js';
import { spaceNotFound } from './space-access.js';
import { SpaceLedger } from './space-ledger.js';

/** Who is in a space, and as what: effective with the next request of each. */
@Injectable()
export class MembersService {
  constructor(
    private readonly database: DataSource,
    private readonly spaces: SpaceLedger,
    private readonly members: MemberLedger,
  ) {}

  /** @throws ProblemError space-not-found, space-is-personal, account-not-found, member-exists */
  add(spaceId: string, { name, role }: AddMember): Promise<Member> {
    return this.changing(spaceId, async (manager) => {
      const account = await this.members.accountOf(manager, name);
      if (account === null) throw new ProblemError('account-not-found', 'Nobody has this name here.');
      if (!(await this.members.add(manager, spaceId, account, role))) {
        throw new ProblemError('member-exists', 'Change the role instead.');
      }
      return this.found(manager, spaceId, account);
    });
  }

  /** @throws ProblemError space-not-found, space-is-personal, member-not-found, last-manager */
  change(spaceId: string, account: string, role: SpaceRole): Promise<Member> {
    return this.changing(spaceId, async (manager) => {
      if (!(await this.members.change(manager, spaceId, account, role))) throw noMember();
      return this.found(manager, spaceId, account);
    });
  }

  /** @throws ProblemError space-not-found, space-is-personal, member-not-found, last-manager */
  remove(spaceId: string, account: string): Promise<void> {
    return this.changing(spaceId, async (manager) => {
      if (!(await this.members.remove(manager, spaceId, account))) throw noMember();
    });
  }

  /** Changes are made one after the other, so that a space that has had a manager keeps one. */
  private changing<T>(spaceId: string, change: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await this.spaces.hold(manager, spaceId);
      const space = await this.spaces.find(spaceId, {}, manager);
      if (space === null) throw spaceNotFound();
      if (space.kind === 'personal') throw new ProblemError('space-is-personal', 'Nobody else can be in it.');
      const hadManager = await this.members.hasManager(manager, spaceId);
      const changed = await change(manager);
      if (hadManager && !(await this.members.hasManager(manager, spaceId))) {
        throw new ProblemError('last-manager', 'Make somebody else a manager first.');
      }
      return changed;
    });
  }

  private async found(manager: EntityManager, spaceId: string, account: string): Promise<Member> {
    const member = await this.members.find(manager, spaceId, account);
    if (member === null) throw noMember();
    return member;
  }
}

function noMember(): ProblemError {
  return new ProblemError('member-not-found', 'Somebody may have removed the account from the space.');
}
