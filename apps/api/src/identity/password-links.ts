import { Injectable } from '@nestjs/common';
import type { Account, LinkFacts, PasswordLink, Role, UseLink } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { ProblemError } from '../platform/http/problem-error.js';
import { AccountLedger } from './account-ledger.js';
import { PasswordHasher } from './password-hasher.js';
import { checkNewPassword } from './password-policy.js';
import { digestOf, newSecret } from './secrets.js';
import { SessionLedger } from './session-ledger.js';

/** OWASP ASVS 5.0 wants such links to be short-lived; a new one costs an admin a click. */
const LINK_SECONDS = 60 * 60;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly invited: boolean;
}

/** Links by which people choose their password: nobody else ever knows one. */
@Injectable()
export class PasswordLinks {
  constructor(
    private readonly database: DataSource,
    private readonly accounts: AccountLedger,
    private readonly sessions: SessionLedger,
    private readonly hasher: PasswordHasher,
  ) {}

  /** Makes a link; the account's former one is over then. */
  async offer(manager: EntityManager, accountId: string): Promise<PasswordLink> {
    const secret = newSecret();
    const [row]: { expires_at: Date }[] = await manager.query(
      `INSERT INTO password_links (account_id, secret_digest, expires_at) VALUES ($1, $2, now() + $3 * interval '1 second')
       ON CONFLICT (account_id) DO UPDATE SET secret_digest = excluded.secret_digest, expires_at = excluded.expires_at
       RETURNING expires_at`,
      [accountId, digestOf(secret), LINK_SECONDS],
    );
    return { url: `/password#${secret}`, expiresAt: row?.expires_at.toISOString() ?? '' };
  }

  /**
   * Whose link it is.
   * @throws ProblemError link-not-valid
   */
  async look(token: string): Promise<LinkFacts> {
    const { name, invited } = await this.find(this.database.manager, token, '');
    return { name, kind: invited ? 'invitation' : 'reset' };
  }

  /**
   * Gives the account a password; all its sessions end.
   * @param withAccount what belongs to it, in the same transaction
   * @throws ProblemError link-not-valid, password-refused
   */
  async use<T>(
    { token, password }: UseLink,
    withAccount: (manager: EntityManager, account: Account) => Promise<T>,
  ): Promise<T> {
    // Before anything that costs: nobody but the holder of a link gets that far.
    const { name } = await this.find(this.database.manager, token, '');
    await checkNewPassword(password, name);
    const passwordHash = await this.hasher.hash(password);
    return this.database.transaction(async (manager) => {
      // The account first, as whoever disables it does.
      const { id, role } = await this.find(manager, token, 'FOR NO KEY UPDATE OF a');
      if (!(await this.end(manager, id, token))) throw overLink();
      await this.accounts.setPassword(manager, id, passwordHash);
      await this.sessions.endAll(manager, id);
      return withAccount(manager, { id, name, role });
    });
  }

  /** Ends the link of an account. */
  async withdraw(manager: EntityManager, accountId: string): Promise<void> {
    await manager.query('DELETE FROM password_links WHERE account_id = $1', [accountId]);
  }

  /** Removes the rows of links that are over. */
  async removeOver(): Promise<void> {
    await this.database.query('DELETE FROM password_links WHERE expires_at < now()');
  }

  private async find(manager: EntityManager, token: string, lock: '' | 'FOR NO KEY UPDATE OF a'): Promise<Row> {
    const [row]: Row[] = await manager.query(
      `SELECT a.id, a.name, a.role, a.password_hash IS NULL AS invited
       FROM password_links l JOIN accounts a ON a.id = l.account_id
       WHERE l.secret_digest = $1 AND l.expires_at > now() AND a.disabled_at IS NULL ${lock}`,
      [digestOf(token)],
    );
    if (row === undefined) throw overLink();
    return row;
  }

  private async end(manager: EntityManager, accountId: string, token: string): Promise<boolean> {
    const [, count]: [unknown, number] = await manager.query(
      'DELETE FROM password_links WHERE account_id = $1 AND secret_digest = $2',
      [accountId, digestOf(token)],
    );
    return count === 1;
  }
}

function overLink(): ProblemError {
  return new ProblemError('link-not-valid', 'It was used, or its hour is over. Ask for another one.');
}
