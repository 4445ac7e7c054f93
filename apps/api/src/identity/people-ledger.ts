import { Injectable } from '@nestjs/common';
import type { AccountState, ChangePerson, Person, Role } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { FOREIGN_KEY_VIOLATION, databaseErrorCode } from '../platform/database/database-errors.js';

/** Names the advisory lock of whoever changes who is an admin; any number will do that nobody else takes. */
const ADMINS = 1_764_000_009;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly name_key: string;
  readonly role: Role;
  readonly state: AccountState;
  readonly created_at: Date;
  readonly last_signed_in_at: Date | null;
  readonly expires_at: Date | null;
}

const STATE = `CASE WHEN a.disabled_at IS NOT NULL THEN 'disabled' WHEN a.password_hash IS NULL THEN 'invited' ELSE 'active' END`;
const PEOPLE = `
  SELECT a.id, a.name, a.name_key, a.role, ${STATE} AS state, a.created_at, a.last_signed_in_at, l.expires_at
  FROM accounts a LEFT JOIN password_links l ON l.account_id = a.id AND l.expires_at > now()`;

/** A page of accounts, and the key of the last one's name when there are more. */
export interface PeoplePage {
  readonly people: Person[];
  readonly next: string | null;
}

/** The SQL of managing accounts. */
@Injectable()
export class PeopleLedger {
  constructor(private readonly database: DataSource) {}

  /**
   * A page of accounts by name.
   * @param after key of the name behind which it begins
   */
  async page(limit: number, after: string | null): Promise<PeoplePage> {
    const rows = await this.database.query<Row[]>(`${PEOPLE} WHERE a.name_key > $1 ORDER BY a.name_key LIMIT $2`, [
      after ?? '',
      limit + 1,
    ]);
    const page = rows.slice(0, limit);
    return { people: page.map(viewOf), next: rows.length > limit ? (page.at(-1)?.name_key ?? null) : null };
  }

  async find(id: string, manager: EntityManager = this.database.manager): Promise<Person | null> {
    const [row]: Row[] = await manager.query(`${PEOPLE} WHERE a.id = $1`, [id]);
    return row === undefined ? null : viewOf(row);
  }

  /**
   * Until the transaction ends nobody else changes an account.
   * @returns null when there is no such account
   */
  async hold(manager: EntityManager, id: string): Promise<Person | null> {
    await manager.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [id]);
    return this.find(id, manager);
  }

  /** Until the transaction ends nobody else changes who is an admin. */
  async holdAdmins(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [ADMINS]);
  }

  /** Whether somebody who manages the server can sign in. */
  async hasAdmin(manager: EntityManager): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM accounts WHERE role = 'admin' AND disabled_at IS NULL AND password_hash IS NOT NULL LIMIT 1`,
    );
    return rows.length > 0;
  }

  /** @returns false when there is no such account */
  async change(manager: EntityManager, id: string, { role, disabled }: ChangePerson): Promise<boolean> {
    const [, count]: [unknown, number] = await manager.query(
      `UPDATE accounts
       SET role = coalesce($2, role), disabled_at = CASE $3::boolean WHEN true THEN now() WHEN false THEN NULL ELSE disabled_at END
       WHERE id = $1`,
      [id, role ?? null, disabled ?? null],
    );
    return count === 1;
  }

  /**
   * Removes an account that nobody has used.
   * @returns false when there is no such account, or somebody has
   */
  async withdraw(id: string): Promise<boolean> {
    try {
      const [, count]: [unknown, number] = await this.database.query(
        `DELETE FROM accounts WHERE id = $1 AND password_hash IS NULL`,
        [id],
      );
      return count === 1;
    } catch (error) {
      // An admin has put something into its space.
      if (databaseErrorCode(error) === FOREIGN_KEY_VIOLATION) return false;
      throw error;
    }
  }
}

function viewOf(row: Row): Person {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    lastSignedInAt: row.last_signed_in_at?.toISOString() ?? null,
    linkExpiresAt: row.expires_at?.toISOString() ?? null,
  };
}
