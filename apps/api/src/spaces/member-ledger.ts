import { Injectable } from '@nestjs/common';
import { SPACE_ROLE_PERMISSIONS, nameKey, type Member, type Permission, type SpaceRole } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { linkOfOwner } from '../identity/known-link.js';
import { SHARED_OWNER } from '../identity/principal.js';

interface Row {
  readonly account: string;
  readonly name: string;
  readonly name_key: string;
  readonly role: SpaceRole;
  readonly created_at: Date;
}

/** A page of members, and the key of the last one's name when there are more. */
export interface MemberPage {
  readonly members: Member[];
  readonly next: string | null;
}

const MEMBERS = `
  SELECT m.account_id AS account, a.name, m.name_key, m.role, m.created_at
  FROM space_members m JOIN accounts a ON a.id = m.account_id`;

/** The SQL of who is in a space. */
@Injectable()
export class MemberLedger {
  constructor(private readonly database: DataSource) {}

  /**
   * A page of members by name.
   * @param after key of the name behind which it begins
   */
  async page(spaceId: string, limit: number, after: string): Promise<MemberPage> {
    const rows = await this.database.query<Row[]>(
      `${MEMBERS} WHERE m.space_id = $1 AND m.name_key > $2 ORDER BY m.name_key LIMIT $3`,
      [spaceId, after, limit + 1],
    );
    const page = rows.slice(0, limit);
    return { members: page.map(viewOf), next: rows.length > limit ? (page.at(-1)?.name_key ?? null) : null };
  }

  async find(manager: EntityManager, spaceId: string, account: string): Promise<Member | null> {
    const [row]: Row[] = await manager.query(`${MEMBERS} WHERE m.space_id = $1 AND m.account_id = $2`, [
      spaceId,
      account,
    ]);
    return row === undefined ? null : viewOf(row);
  }

  /** Id of the account of this name, in any case and Unicode normalisation; null when there is none. */
  async accountOf(manager: EntityManager, name: string): Promise<string | null> {
    const [row]: { id: string }[] = await manager.query(
      // Until the transaction ends nobody withdraws its invitation.
      `SELECT id FROM accounts WHERE name_key = $1 FOR KEY SHARE`,
      [nameKey(name)],
    );
    return row?.id ?? null;
  }

  /** @returns false when the account is a member already */
  async add(manager: EntityManager, spaceId: string, account: string, role: SpaceRole): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `INSERT INTO space_members (account_id, name_key, space_id, role) SELECT id, name_key, $2, $3 FROM accounts WHERE id = $1
       ON CONFLICT (account_id, space_id) DO NOTHING RETURNING 1`,
      [account, spaceId, role],
    );
    return rows.length > 0;
  }

  /** @returns false when the account is no member */
  async change(manager: EntityManager, spaceId: string, account: string, role: SpaceRole): Promise<boolean> {
    const [, count]: [unknown, number] = await manager.query(
      `UPDATE space_members SET role = $3 WHERE account_id = $1 AND space_id = $2`,
      [account, spaceId, role],
    );
    return count === 1;
  }

  /** @returns false when the account was no member */
  async remove(manager: EntityManager, spaceId: string, account: string): Promise<boolean> {
    const [, count]: [unknown, number] = await manager.query(
      `DELETE FROM space_members WHERE account_id = $1 AND space_id = $2`,
      [account, spaceId],
    );
    return count === 1;
  }

  async hasManager(manager: EntityManager, spaceId: string): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM space_members WHERE space_id = $1 AND role = 'manager' LIMIT 1`,
      [spaceId],
    );
    return rows.length > 0;
  }

  /** Whether anybody else is in any space. */
  async areThereOthers(manager: EntityManager, account: string): Promise<boolean> {
    const rows: unknown[] = await manager.query(`SELECT 1 FROM space_members WHERE account_id <> $1 LIMIT 1`, [
      account,
    ]);
    return rows.length > 0;
  }

  /** Whether the owner of something that goes on by itself may still do in a space what needs a permission. */
  async mayStill(manager: EntityManager, owner: string, permission: Permission, spaceId: string): Promise<boolean> {
    if (owner === SHARED_OWNER) return true;
    const [row]: { role: SpaceRole | null }[] = await manager.query(
      `SELECT CASE a.role WHEN 'admin' THEN 'manager' ELSE m.role END AS role
       FROM accounts a LEFT JOIN space_members m ON m.account_id = a.id AND m.space_id = $2
       WHERE a.id = $1 AND a.disabled_at IS NULL`,
      [owner, spaceId],
    );
    return row?.role != null && SPACE_ROLE_PERMISSIONS[row.role].includes(permission);
  }

  /** Whether a file may still come into a space by a link; nobody revokes it until the transaction ends. */
  private async mayUploadBy(manager: EntityManager, link: string, spaceId: string): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM links WHERE id = $1 AND space_id = $2 AND kind = 'request' AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > now()) FOR KEY SHARE`,
      [link, spaceId],
    );
    return rows.length > 0;
  }

  /** Whether the owner of an upload may still put a file into a space. */
  async mayUpload(manager: EntityManager, owner: string, spaceId: string): Promise<boolean> {
    if (owner === SHARED_OWNER) return true;
    const link = linkOfOwner(owner);
    if (link !== null) return this.mayUploadBy(manager, link, spaceId);
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM accounts a LEFT JOIN space_members m ON m.account_id = a.id AND m.space_id = $2
       WHERE a.id = $1 AND (a.role = 'admin' OR m.role IN ('contributor', 'editor', 'manager'))`,
      [owner, spaceId],
    );
    return rows.length > 0;
  }
}

function viewOf({ account, name, role, created_at }: Row): Member {
  return { account, name, role, createdAt: created_at.toISOString() };
}
