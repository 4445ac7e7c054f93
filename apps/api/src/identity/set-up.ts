import { Injectable } from '@nestjs/common';
import { accountNameFault, type Account, type SetUp as SetUpRequest } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { ProblemError } from '../platform/http/problem-error.js';
import { AccountLedger } from './account-ledger.js';
import { PasswordHasher } from './password-hasher.js';
import { checkNewPassword } from './password-policy.js';
import { digestOf, newSecret } from './secrets.js';

const LINK_SECONDS = 60 * 60;
/** Another server may have been set up with the same database: that is noticed within this time. */
const LOOK_AGAIN_MS = 500;

/** How a server gets its first account: by a link that is told at its start, once. */
@Injectable()
export class SetUp {
  private done = false;
  private lookedAt = -Infinity;

  constructor(
    private readonly database: DataSource,
    private readonly accounts: AccountLedger,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Whether there is an account. There always will be one then, so the database is asked only until it is so; one that is
   * away tells nothing new.
   */
  async isDone(): Promise<boolean> {
    if (this.done || performance.now() - this.lookedAt < LOOK_AGAIN_MS) return this.done;
    this.lookedAt = performance.now();
    await this.look().catch(() => undefined);
    return this.done;
  }

  /** The secret of a new link; null when there is an account. Links of earlier starts stay good for their hour. */
  async offerLink(): Promise<string | null> {
    await this.look();
    if (this.done) return null;
    const secret = newSecret();
    await this.database.query(
      `INSERT INTO set_up_links (secret_digest, expires_at) VALUES ($1, now() + $2 * interval '1 second')`,
      [digestOf(secret), LINK_SECONDS],
    );
    return secret;
  }

  /**
   * Makes the first account.
   * @param withAccount what belongs to it, in the same transaction
   * @throws ProblemError link-not-valid, invalid-name, password-refused
   */
  async use<T>(
    { token, name, password }: SetUpRequest,
    withAccount: (manager: EntityManager, account: Account) => Promise<T>,
  ): Promise<T> {
    // Before anything that costs: nobody but the holder of a link gets that far.
    await this.checkLink(this.database.manager, token);
    const fault = accountNameFault(name);
    if (fault !== null) throw new ProblemError('invalid-name', fault);
    await checkNewPassword(password, name);
    const passwordHash = await this.hasher.hash(password);
    const made = await this.database.transaction(async (manager) => {
      await this.accounts.holdFirst(manager);
      await this.checkLink(manager, token);
      const account = await this.accounts.add(manager, { name, role: 'admin', passwordHash });
      if (account === null) throw overLink();
      await manager.query('DELETE FROM set_up_links');
      return withAccount(manager, account);
    });
    this.done = true;
    return made;
  }

  private async look(): Promise<void> {
    if (await this.accounts.exist()) this.done = true;
  }

  private async checkLink(manager: EntityManager, token: string): Promise<void> {
    const rows: unknown[] = await manager.query(
      'SELECT 1 FROM set_up_links WHERE secret_digest = $1 AND expires_at > now()',
      [digestOf(token)],
    );
    if (rows.length === 0 || (await this.accounts.exist(manager))) throw overLink();
  }
}

function overLink(): ProblemError {
  return new ProblemError(
    'link-not-valid',
    'It was used, or its hour is over. A new start of the server gives another.',
  );
}
