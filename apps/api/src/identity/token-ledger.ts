import { Injectable } from '@nestjs/common';
import {
  MAX_TOKENS,
  TOKEN_PREFIX,
  type ApiToken,
  type CreateApiToken,
  type NewApiToken,
  type Role,
  type Scope,
} from '@stowage/contract';
import { DataSource } from 'typeorm';
import { newId } from '../platform/database/ids.js';
import { MEMBERSHIPS, membershipsOf, type MembershipRow } from './memberships.js';
import type { Principal } from './principal.js';
import { digestOf, newSecret } from './secrets.js';

interface OwnerRow extends MembershipRow {
  readonly id: string;
  readonly scopes: Scope[];
  readonly space_ids: string[] | null;
  readonly stale: boolean;
  readonly account_id: string;
  readonly name: string;
  readonly role: Role;
}

interface ListRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: Scope[];
  readonly space_ids: string[] | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
}

const COLUMNS = 'id, name, scopes, space_ids, created_at, expires_at, last_used_at';

/** The SQL of tokens: a row each, so that revoking one is effective with the next request, whichever server gets it. */
@Injectable()
export class TokenLedger {
  constructor(private readonly database: DataSource) {}

  /** Who acts with a token that is good; null when none is. That it is used is noted to the minute. */
  async principal(secret: string): Promise<Principal | null> {
    const [row] = await this.database.query<OwnerRow[]>(
      `SELECT t.id, t.scopes, t.space_ids, t.account_id, a.name, a.role, ${MEMBERSHIPS},
         t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS stale
       FROM api_tokens t JOIN accounts a ON a.id = t.account_id
       WHERE t.secret_digest = $1 AND (t.expires_at IS NULL OR t.expires_at > now()) AND a.disabled_at IS NULL`,
      [digestOf(secret)],
    );
    if (row === undefined) return null;
    if (row.stale) await this.database.query(`UPDATE api_tokens SET last_used_at = now() WHERE id = $1`, [row.id]);
    const account = { id: row.account_id, name: row.name, role: row.role };
    const { scopes, space_ids: spaces } = row;
    return { access: 'api-token', session: null, account, memberships: membershipsOf(row), scopes, spaces };
  }

  /** An account's tokens, the newest first, those that have expired included. */
  async list(accountId: string): Promise<ApiToken[]> {
    const rows = await this.database.query<ListRow[]>(
      `SELECT ${COLUMNS} FROM api_tokens WHERE account_id = $1 ORDER BY created_at DESC`,
      [accountId],
    );
    return rows.map(viewOf);
  }

  /**
   * Makes a token.
   * @returns null when the account has as many as it can
   */
  async add(accountId: string, { name, scopes, spaces, expiresAt }: CreateApiToken): Promise<NewApiToken | null> {
    const secret = `${TOKEN_PREFIX}${newSecret()}`;
    return this.database.transaction(async (manager) => {
      // Those who make one at the same time are counted one after the other.
      await manager.query('SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
      const [row]: ListRow[] = await manager.query(
        `INSERT INTO api_tokens (id, account_id, secret_digest, name, scopes, space_ids, expires_at)
         SELECT $1, $2::text, $3, $4, $5, $6, $7
         WHERE (SELECT count(*) FROM api_tokens WHERE account_id = $2) < $8 RETURNING ${COLUMNS}`,
        [newId(), accountId, digestOf(secret), name, scopes, spaces, expiresAt, MAX_TOKENS],
      );
      return row === undefined ? null : { token: viewOf(row), secret };
    });
  }

  /**
   * Revokes a token.
   * @returns false when the account has none of this id
   */
  async revoke(accountId: string, id: string): Promise<boolean> {
    const [, count]: [unknown, number] = await this.database.query(
      `DELETE FROM api_tokens WHERE account_id = $1 AND id = $2`,
      [accountId, id],
    );
    return count === 1;
  }
}

function viewOf(row: ListRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    spaces: row.space_ids,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
