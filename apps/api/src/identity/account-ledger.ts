import { Injectable } from '@nestjs/common';
import { nameKey, type Account } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { newId } from '../platform/database/ids.js';

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
  readonly password_hash: string;
}

/** The SQL of accounts. */
@Injectable()
export class AccountLedger {
  constructor(private readonly database: DataSource) {}

  /** Whether anybody has an account. */
  async exist(manager: EntityManager = this.database.manager): Promise<boolean> {
    const rows: unknown[] = await manager.query('SELECT 1 FROM accounts LIMIT 1');
    return rows.length > 0;
  }

  /** @param name in any case and Unicode normalisation */
  async byName(name: string): Promise<Credentials | null> {
    return this.find('name_key', nameKey(name));
  }

  byId(id: string): Promise<Credentials | null> {
    return this.find('id', id);
  }

  private async find(column: 'id' | 'name_key', value: string): Promise<Credentials | null> {
    const [row] = await this.database.query<Row[]>(
      `SELECT id, name, password_hash FROM accounts WHERE ${column} = $1`,
      [value],
    );
    return row === undefined ? null : { account: { id: row.id, name: row.name }, passwordHash: row.password_hash };
  }

  /** Until the transaction ends nobody else finds out that there is no account. */
  async holdFirst(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [FIRST_ACCOUNT]);
  }

  async add(manager: EntityManager, name: string, passwordHash: string): Promise<Account> {
    const id = newId();
    await manager.query(`INSERT INTO accounts (id, name, name_key, password_hash) VALUES ($1, $2, $3, $4)`, [
      id,
      name,
      nameKey(name),
      passwordHash,
    ]);
    return { id, name };
  }

  /**
   * Whether an account still has the password that was looked at. Until the transaction ends nobody changes it, or after
   * a change somebody would be let in by the old one.
   */
  async stillHas(manager: EntityManager, { account, passwordHash }: Credentials): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM accounts WHERE id = $1 AND password_hash = $2 FOR SHARE`,
      [account.id, passwordHash],
    );
    return rows.length > 0;
  }

  /**
   * Puts a password in the place of another.
   * @returns false when it has changed meanwhile
   */
  async changePassword(manager: EntityManager, id: string, from: string, to: string): Promise<boolean> {
    const [, count]: [unknown, number] = await manager.query(
      `UPDATE accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2`,
      [id, from, to],
    );
    return count === 1;
  }
}
