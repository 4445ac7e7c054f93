import { Injectable } from '@nestjs/common';
import { nameKey, type Account, type Role } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { newId } from '../platform/database/ids.js';
import { NewAccounts } from './new-accounts.js';

/** Names the advisory lock of whoever makes the first account; any number will do that nobody else takes. */
const FIRST_ACCOUNT = 1_764_000_008;

/** What a sign-in is checked against. */
export interface Credentials {
  readonly account: Account;
  readonly passwordHash: string;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string;
}

/** The SQL of accounts. */
@Injectable()
export class AccountLedger {
  constructor(
    private readonly database: DataSource,
    private readonly newAccounts: NewAccounts,
  ) {}

  /** Whether anybody has an account. */
  async exist(manager: EntityManager = this.database.manager): Promise<boolean> {
    const rows: unknown[] = await manager.query('SELECT 1 FROM accounts LIMIT 1');
    return rows.length > 0;
  }

  /**
   * What somebody who can sign in is checked against; null when nobody can by this name.
   * @param name in any case and Unicode normalisation
   */
  async byName(name: string): Promise<Credentials | null> {
    return this.find('name_key', nameKey(name));
  }

  byId(id: string): Promise<Credentials | null> {
    return this.find('id', id);
  }

  private async find(column: 'id' | 'name_key', value: string): Promise<Credentials | null> {
    const [row] = await this.database.query<Row[]>(
      `SELECT id, name, role, password_hash FROM accounts
       WHERE ${column} = $1 AND password_hash IS NOT NULL AND disabled_at IS NULL`,
      [value],
    );
    if (row === undefined) return null;
    return { account: { id: row.id, name: row.name, role: row.role }, passwordHash: row.password_hash };
  }

  /** Until the transaction ends nobody else finds out that there is no account. */
  async holdFirst(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [FIRST_ACCOUNT]);
  }

  /**
   * Adds an account.
   * @param passwordHash null for one that nobody can sign in to yet
   * @returns null when somebody has the name
   */
  async add(
    manager: EntityManager,
    { name, role, passwordHash }: Omit<Account, 'id'> & { readonly passwordHash: string | null },
  ): Promise<Account | null> {
    const id = newId();
    const rows: unknown[] = await manager.query(
      `INSERT INTO accounts (id, name, name_key, role, password_hash) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT ON CONSTRAINT accounts_name DO NOTHING RETURNING 1`,
      [id, name, nameKey(name), role, passwordHash],
    );
    if (rows.length === 0) return null;
    const account = { id, name, role };
    await this.newAccounts.made(manager, account);
    return account;
  }

  /**
   * Whether somebody can still sign in with the password that was looked at. Until the transaction ends nobody changes
   * that, or afterwards somebody would be let in by the old one.
   */
  async stillHas(manager: EntityManager, { account, passwordHash }: Credentials): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM accounts WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL FOR NO KEY UPDATE`,
      [account.id, passwordHash],
    );
    return rows.length > 0;
  }

  /** Notes that somebody has signed in. */
  async signedIn(manager: EntityManager, id: string): Promise<void> {
    await manager.query(`UPDATE accounts SET last_signed_in_at = now() WHERE id = $1`, [id]);
  }

  async setPassword(manager: EntityManager, id: string, passwordHash: string): Promise<void> {
    await manager.query(`UPDATE accounts SET password_hash = $2 WHERE id = $1`, [id, passwordHash]);
  }

  /**
   * Puts a password in the place of another.
   * @returns false when it has changed meanwhile
   */
  async changePassword(manager: EntityManager, id: string, from: string, to: string): Promise<boolean> {
    const [, count]: [unknown, number] = await manager.query(
      `UPDATE accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL`,
      [id, from, to],
    );
    return count === 1;
  }
}
