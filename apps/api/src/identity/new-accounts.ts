import { Injectable } from '@nestjs/common';
import type { Account } from '@stowage/contract';
import type { EntityManager } from 'typeorm';

/** What is done for every new account, in the transaction that makes it. */
export type Welcomer = (manager: EntityManager, account: Account) => Promise<void>;

/** Lets others make what belongs to an account, of whom identity knows nothing. */
@Injectable()
export class NewAccounts {
  private readonly welcomers: Welcomer[] = [];

  onMade(welcomer: Welcomer): void {
    this.welcomers.push(welcomer);
  }

  async made(manager: EntityManager, account: Account): Promise<void> {
    for (const welcome of this.welcomers) await welcome(manager, account);
  }
}
