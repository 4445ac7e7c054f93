import { Inject, Injectable } from '@nestjs/common';
import { GRANT_PREFIX } from '@stowage/contract';
import { DataSource } from 'typeorm';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { MEMBERSHIPS, membershipsOf, type MembershipRow } from './memberships.js';
import { SHARED_OWNER, type Principal } from './principal.js';
import { digestOf, newSecret } from './secrets.js';

interface Row extends MembershipRow {
  readonly upload_id: string;
  readonly owner: string;
  readonly is_admin: boolean | null;
  readonly account_id: string | null;
}

/**
 * What lets one upload go on, and nothing else: a day of uploading outlives the session in which it was begun. It is over
 * when somebody ends that session, changes the password, or disables the account; not when the session runs out. Its time
 * is that of the upload, which expires without a byte.
 */
@Injectable()
export class UploadGrants {
  private readonly adminToken: string | null;

  constructor(
    private readonly database: DataSource,
    @Inject(CONFIGURATION) { access }: Configuration,
  ) {
    this.adminToken = access.adminToken;
  }

  /**
   * Makes the one of an upload that has just begun.
   * @returns null when the session has been ended meanwhile, or the upload removed
   */
  async issue(uploadId: string, owner: string, session: string): Promise<string | null> {
    const secret = `${GRANT_PREFIX}${newSecret()}`;
    // The rows are held, so that whoever ends the session sees the grant, and whoever removes the upload takes it along.
    const made = await this.database.query<unknown[]>(
      `INSERT INTO upload_grants (secret_digest, upload_id, owner, session_id)
       SELECT $1, u.id, $3, s.id FROM uploads u, sessions s WHERE u.id = $2 AND s.id = $4 FOR KEY SHARE RETURNING 1`,
      [this.digest(secret, owner), uploadId, owner, session],
    );
    return made.length === 0 ? null : secret;
  }

  /** Who goes on with an upload; null when the secret is none, or its account is disabled. */
  async principal(secret: string): Promise<Principal | null> {
    const [row] = await this.database.query<Row[]>(
      `SELECT g.upload_id, g.owner, a.id AS account_id, a.role = 'admin' AS is_admin, ${MEMBERSHIPS}
       FROM upload_grants g LEFT JOIN accounts a ON a.id = g.owner
       WHERE g.secret_digest IN ($1, $2) AND a.disabled_at IS NULL`,
      [digestOf(secret), this.digest(secret, SHARED_OWNER)],
    );
    if (row === undefined) return null;
    const memberships = row.account_id === null ? null : membershipsOf(row);
    const isAdmin = row.is_admin === true;
    return { access: 'grant', session: null, upload: row.upload_id, owner: row.owner, isAdmin, memberships };
  }

  /** One that a session of the access token was told is worth nothing beside another token, as that session is. */
  private digest(secret: string, owner: string): Buffer {
    return digestOf(owner === SHARED_OWNER ? `${secret} ${this.adminToken ?? ''}` : secret);
  }
}
