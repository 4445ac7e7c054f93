import { Inject, Injectable } from '@nestjs/common';
import type { Role, Session } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { AccessConfiguration, Configuration } from '../platform/config/configuration.js';
import { newId } from '../platform/database/ids.js';
import { MEMBERSHIPS, membershipsOf, type MembershipRow } from './memberships.js';
import type { Principal } from './principal.js';
import { digestOf, newSecret } from './secrets.js';

/** Whose a session is: an account's, or of whoever has shown the access token. */
export type SessionOwner = { readonly accountId: string } | { readonly token: string };

/** Where a session is begun. */
export interface Place {
  /** IP address of the browser. */
  readonly address: string;
  readonly userAgent: string;
}

/** A session that has just begun. */
export interface NewSession {
  readonly id: string;
  /** For the cookie; nobody can tell it again. */
  readonly secret: string;
}

interface OwnerRow extends MembershipRow {
  readonly id: string;
  readonly stale: boolean;
  readonly account_id: string | null;
  readonly name: string;
  readonly role: Role;
}

interface ListRow {
  readonly id: string;
  readonly created_at: Date;
  readonly last_used_at: Date;
  readonly address: string;
  readonly user_agent: string;
}

/** A browser can say anything of itself, at any length. */
const LONGEST_USER_AGENT = 256;
/** So many are told of one account; the oldest are left out. */
const MOST_LISTED = 200;

/** The SQL of sessions: a row each, so that ending one is effective with the next request, whichever server gets it. */
@Injectable()
export class SessionLedger {
  private readonly access: AccessConfiguration;

  constructor(
    private readonly database: DataSource,
    @Inject(CONFIGURATION) { access }: Configuration,
  ) {
    this.access = access;
  }

  async begin(manager: EntityManager, owner: SessionOwner, place: Place): Promise<NewSession> {
    const [id, secret] = [newId(), newSecret()];
    await manager.query(
      `INSERT INTO sessions (id, secret_digest, account_id, token_digest, address, user_agent)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        id,
        digestOf(secret),
        'accountId' in owner ? owner.accountId : null,
        'token' in owner ? digestOf(owner.token) : null,
        place.address,
        // PostgreSQL's text has no NUL.
        place.userAgent.replaceAll('\0', '').slice(0, LONGEST_USER_AGENT),
      ],
    );
    return { id, secret };
  }

  /** Who holds the secret of a session that goes on; null when none does. That it is used is noted to the minute. */
  async principal(secret: string): Promise<Principal | null> {
    const [row] = await this.database.query<OwnerRow[]>(
      `SELECT s.id, s.account_id, a.name, a.role, s.last_used_at < now() - interval '1 minute' AS stale,
         ${MEMBERSHIPS}
       FROM sessions s LEFT JOIN accounts a ON a.id = s.account_id
       WHERE s.secret_digest = $1 AND ((a.id IS NOT NULL AND a.disabled_at IS NULL) OR s.token_digest = $2)
         AND s.created_at > now() - $3 * interval '1 second' AND s.last_used_at > now() - $4 * interval '1 second'`,
      [digestOf(secret), this.tokenDigest(), this.access.sessionSeconds, this.access.sessionIdleSeconds],
    );
    if (row === undefined) return null;
    if (row.stale) await this.database.query(`UPDATE sessions SET last_used_at = now() WHERE id = $1`, [row.id]);
    if (row.account_id === null) return { access: 'token', session: row.id };
    const account = { id: row.account_id, name: row.name, role: row.role };
    return { access: 'account', session: row.id, account, memberships: membershipsOf(row) };
  }

  /** Sessions that go on and have the same owner as a principal, the newest first. */
  async list(principal: Principal): Promise<Session[]> {
    const rows = await this.database.query<ListRow[]>(
      `SELECT id, created_at, last_used_at, address, user_agent FROM sessions
       WHERE ${this.ofOwner(principal)}
         AND created_at > now() - $2 * interval '1 second' AND last_used_at > now() - $3 * interval '1 second'
       ORDER BY created_at DESC LIMIT ${MOST_LISTED}`,
      [this.ownerOf(principal), this.access.sessionSeconds, this.access.sessionIdleSeconds],
    );
    return rows.map((row) => ({
      id: row.id,
      createdAt: row.created_at.toISOString(),
      lastUsedAt: row.last_used_at.toISOString(),
      address: row.address,
      userAgent: row.user_agent,
      current: row.id === principal.session,
    }));
  }

  /**
   * Ends one of a principal's own sessions.
   * @returns false when there is none of this id
   */
  async end(principal: Principal, id: string, manager: EntityManager = this.database.manager): Promise<boolean> {
    const ended = await this.endThose(manager, `${this.ofOwner(principal)} AND id = $2`, [this.ownerOf(principal), id]);
    return ended === 1;
  }

  /** Ends all of a principal's sessions but the one that asks. */
  async endOthers(principal: Principal): Promise<void> {
    await this.endThose(this.database.manager, `${this.ofOwner(principal)} AND id <> $2`, [
      this.ownerOf(principal),
      principal.session ?? '',
    ]);
  }

  /** Ends all sessions of an account, and what uploads go on with that were begun in former ones. */
  async endAll(manager: EntityManager, accountId: string): Promise<void> {
    await manager.query(`DELETE FROM sessions WHERE account_id = $1`, [accountId]);
    await manager.query(`DELETE FROM upload_grants WHERE owner = $1`, [accountId]);
  }

  /** Removes the rows of sessions that are over. */
  async removeOver(): Promise<void> {
    await this.database.query(
      `DELETE FROM sessions
       WHERE created_at < now() - $1 * interval '1 second' OR last_used_at < now() - $2 * interval '1 second'`,
      [this.access.sessionSeconds, this.access.sessionIdleSeconds],
    );
  }

  /**
   * Ends sessions, and what uploads go on with that were begun in them: by two statements, since the first one waits for
   * those who are just beginning an upload in one of the sessions, and only the second one sees what they have made.
   */
  private endThose(manager: EntityManager, condition: string, parameters: unknown[]): Promise<number> {
    return manager.transaction(async (inner) => {
      const [ended]: [{ id: string }[], number] = await inner.query(
        `DELETE FROM sessions WHERE ${condition} RETURNING id`,
        parameters,
      );
      await inner.query(`DELETE FROM upload_grants WHERE session_id = ANY($1::text[])`, [ended.map(({ id }) => id)]);
      return ended.length;
    });
  }

  private ofOwner(principal: Principal): string {
    return principal.access === 'account' ? 'account_id = $1' : 'token_digest = $1';
  }

  private ownerOf(principal: Principal): string | Buffer | null {
    return principal.access === 'account' ? principal.account.id : this.tokenDigest();
  }

  private tokenDigest(): Buffer | null {
    return this.access.adminToken === null ? null : digestOf(this.access.adminToken);
  }
}
