import { Injectable } from '@nestjs/common';
import { nameKey, NO_POLICY, type Policy, type Space, type SpaceRole } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import type { Memberships } from '../identity/memberships.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { UNIQUE_VIOLATION, databaseErrorCode } from '../platform/database/database-errors.js';
import { newId } from '../platform/database/ids.js';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly name_key: string;
  readonly account_id: string | null;
  readonly quota: BigintText | null;
  readonly quota_chosen: boolean;
  readonly used: BigintText;
  readonly reserved: BigintText;
  readonly policy: Partial<Policy>;
  readonly created_at: Date;
}

/** Where a page of spaces begins: behind this one. */
export interface SpacePosition {
  readonly isPersonal: boolean;
  /** Key of its name. */
  readonly key: string;
}

/** A page of spaces, and where the next one begins. */
export interface SpacePage {
  readonly spaces: Space[];
  readonly next: SpacePosition | null;
}

/** What a new space is. */
export interface NewSpace {
  readonly name: string;
  /** Whose it is; null for that of a team. */
  readonly accountId: string | null;
  /** Bytes; null: no quota. */
  readonly quota: number | null;
}

// Without a quota any number of uploads may have declared any length: what no double can say is said as the largest.
const COLUMNS = `s.id, s.name, s.name_key, s.account_id, s.quota_bytes AS quota, s.quota_chosen,
  least(s.used_bytes, ${Number.MAX_SAFE_INTEGER}) AS used, least(s.reserved_bytes, ${Number.MAX_SAFE_INTEGER}) AS reserved,
  s.policy, s.created_at`;

/** The SQL of spaces. */
@Injectable()
export class SpaceLedger {
  constructor(private readonly database: DataSource) {}

  /** Id of the oldest space of a team, which everything goes to that belongs to no account. */
  async first(): Promise<string> {
    const [row] = await this.database.query<{ id: string }[]>(
      `SELECT id FROM spaces WHERE account_id IS NULL ORDER BY created_at, id LIMIT 1`,
    );
    if (row === undefined) throw new Error('There is no space.');
    return row.id;
  }

  /** Ids of the spaces of teams. */
  async ofTeams(manager: EntityManager = this.database.manager): Promise<string[]> {
    const rows: { id: string }[] = await manager.query(`SELECT id FROM spaces WHERE account_id IS NULL`);
    return rows.map(({ id }) => id);
  }

  /** @param roles what whoever asks is in which space */
  async find(
    id: string,
    roles: Memberships['roles'],
    manager: EntityManager = this.database.manager,
  ): Promise<Space | null> {
    const [row]: Row[] = await manager.query(`SELECT ${COLUMNS} FROM spaces s WHERE s.id = $1`, [id]);
    return row === undefined ? null : viewOf(row, roles);
  }

  /** A page of the spaces that somebody is in: first the own one, then those of teams by name. */
  async pageOfMember(roles: Memberships['roles'], limit: number, after: SpacePosition | null): Promise<SpacePage> {
    const rows = await this.database.query<Row[]>(
      `SELECT ${COLUMNS} FROM spaces s
       WHERE s.id = ANY($1) AND ($2::boolean IS NULL OR (s.account_id IS NULL, s.name_key) > ($2, $3))
       ORDER BY s.account_id IS NULL, s.name_key LIMIT $4`,
      [Object.keys(roles), after === null ? null : !after.isPersonal, after?.key ?? '', limit + 1],
    );
    return pageOf(rows, limit, roles);
  }

  /**
   * A page of spaces, those of teams first, by name.
   * @param roles what whoever asks is in which space
   * @param onlyTeams whether those of accounts are left out
   */
  async page(
    roles: Memberships['roles'],
    onlyTeams: boolean,
    limit: number,
    after: SpacePosition | null,
  ): Promise<SpacePage> {
    const rows = await this.database.query<Row[]>(
      `SELECT ${COLUMNS} FROM spaces s
       WHERE ((s.account_id IS NOT NULL), s.name_key) > ($1::boolean, $2) AND (NOT $3 OR s.account_id IS NULL)
       ORDER BY (s.account_id IS NOT NULL), s.name_key LIMIT $4`,
      [after?.isPersonal ?? false, after?.key ?? '', onlyTeams, limit + 1],
    );
    return pageOf(rows, limit, roles);
  }

  /**
   * Makes a space.
   * @returns its id; null when another one of its kind has the name
   */
  async add(manager: EntityManager, { name, accountId, quota }: NewSpace): Promise<string | null> {
    const id = newId();
    const rows: unknown[] = await manager.query(
      `INSERT INTO spaces (id, name, name_key, account_id, quota_bytes) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT ((account_id IS NOT NULL), name_key) DO NOTHING RETURNING 1`,
      [id, name, nameKey(name), accountId, quota],
    );
    return rows.length === 0 ? null : id;
  }

  /** @returns false when another space has the name */
  async rename(manager: EntityManager, id: string, name: string): Promise<boolean> {
    try {
      await manager.query(`UPDATE spaces SET name = $2, name_key = $3 WHERE id = $1`, [id, name, nameKey(name)]);
      return true;
    } catch (error) {
      if (databaseErrorCode(error) === UNIQUE_VIOLATION) return false;
      throw error;
    }
  }

  /** Until the transaction ends nobody else changes who is in a space. */
  async hold(manager: EntityManager, id: string): Promise<void> {
    await manager.query(`SELECT 1 FROM spaces WHERE id = $1 FOR NO KEY UPDATE`, [id]);
  }
}

function pageOf(rows: readonly Row[], limit: number, roles: Memberships['roles']): SpacePage {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    spaces: page.map((row) => viewOf(row, roles)),
    next: last === undefined ? null : { isPersonal: last.account_id !== null, key: last.name_key },
  };
}

function viewOf(row: Row, roles: Readonly<Record<string, SpaceRole>>): Space {
  return {
    id: row.id,
    name: row.name,
    kind: row.account_id === null ? 'team' : 'personal',
    role: (Object.hasOwn(roles, row.id) ? roles[row.id] : null) ?? null,
    quota: row.quota === null ? null : toSafeInteger(row.quota),
    quotaChosen: row.quota_chosen,
    used: toSafeInteger(row.used),
    reserved: toSafeInteger(row.reserved),
    policy: { ...NO_POLICY, ...row.policy },
    createdAt: row.created_at.toISOString(),
  };
}
