import { Injectable } from '@nestjs/common';
import { MAX_LINKS, type LinkAccess, type LinkKind, type LinkState } from '@stowage/contract';
import { DataSource, type EntityManager } from 'typeorm';
import { linkOwner } from '../identity/known-link.js';
import { TARGET_IS_THERE } from '../identity/link-gate.js';
import type { BigintText } from '../platform/database/column-types.js';
import { newId } from '../platform/database/ids.js';
import type { Cursor } from '../platform/http/cursor.js';

/** What a link can lead to. */
export interface Target {
  readonly spaceId: string;
  readonly kind: 'folder' | 'file';
}

/** A link, as its row has it. */
export interface LinkRow {
  readonly id: string;
  readonly slug: string;
  readonly kind: LinkKind;
  readonly space_id: string;
  readonly entry_id: string;
  readonly entry_name: string | null;
  readonly title: string;
  readonly note: string;
  readonly state: LinkState;
  readonly has_password: boolean;
  readonly expires_at: Date | null;
  readonly max_downloads: number | null;
  readonly downloads: number;
  readonly max_uploads: number | null;
  readonly uploads: number;
  readonly max_file_size: BigintText | null;
  readonly allowed_extensions: string[] | null;
  readonly ask_name: boolean;
  readonly creator: string | null;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
  /** `created_at` to the microsecond, for a cursor. */
  readonly cursor_at: string;
}

/** What is chosen of a link when it is made. */
export interface NewLink {
  readonly slug: string;
  readonly kind: LinkKind;
  readonly spaceId: string;
  readonly entryId: string;
  readonly title: string;
  readonly note: string;
  readonly passwordHash: string | null;
  readonly expiresAt: string | null;
  readonly maxDownloads: number | null;
  readonly maxUploads: number | null;
  readonly maxFileSize: number | null;
  readonly allowedExtensions: readonly string[] | null;
  readonly askName: boolean;
  /** Id of the account; null when nobody with one makes it. */
  readonly createdBy: string | null;
}

/** What is changed of a link; undefined stays as it is. */
export type LinkChanges = {
  readonly [Name in keyof Omit<NewLink, 'slug' | 'kind' | 'spaceId' | 'entryId' | 'createdBy'>]?:
    NewLink[Name] | undefined;
};

/** An access, as its row has it. */
export interface AccessRow {
  readonly id: BigintText;
  readonly at: Date;
  readonly action: LinkAccess['action'];
  readonly name: string | null;
  readonly sender: string | null;
  readonly network: string;
}

/** Names the advisory locks of those who make links in one space. */
const MAKING = 1_764_000_016;

const USED_UP = `CASE l.kind WHEN 'share' THEN l.downloads >= l.max_downloads ELSE l.uploads >= l.max_uploads END`;
const LINKS = `
  SELECT l.id, l.slug, l.kind, l.space_id, l.entry_id, l.title, l.note, l.expires_at, l.max_downloads, l.downloads,
    l.max_uploads, l.uploads, l.max_file_size, l.allowed_extensions, l.ask_name, l.created_at, l.revoked_at,
    l.password_hash IS NOT NULL AS has_password, a.name AS creator,
    coalesce((SELECT e.name FROM entries e WHERE e.id = l.entry_id), (SELECT s.name FROM spaces s WHERE s.id = l.entry_id))
      AS entry_name,
    (l.created_at AT TIME ZONE 'UTC')::text || '+00' AS cursor_at,
    CASE WHEN l.revoked_at IS NOT NULL THEN 'revoked' WHEN l.expires_at <= now() THEN 'expired'
      WHEN NOT ${TARGET_IS_THERE} THEN 'target-gone' WHEN ${USED_UP} THEN 'used-up' ELSE 'valid' END AS state
  FROM links l LEFT JOIN accounts a ON a.id = l.created_by`;

/** Columns that can be changed. */
const COLUMNS: Readonly<Record<keyof LinkChanges, string>> = {
  title: 'title',
  note: 'note',
  passwordHash: 'password_hash',
  expiresAt: 'expires_at',
  maxDownloads: 'max_downloads',
  maxUploads: 'max_uploads',
  maxFileSize: 'max_file_size',
  allowedExtensions: 'allowed_extensions',
  askName: 'ask_name',
};

/** The SQL of links, for those who manage them. */
@Injectable()
export class LinkLedger {
  constructor(private readonly database: DataSource) {}

  /** What is there of an id, of an entry or of a space's root; null for nothing, and for what is in the trash. */
  async target(entryId: string): Promise<Target | null> {
    const [row] = await this.database.query<{ space_id: string; kind: Target['kind'] }[]>(
      `SELECT l.space_id, l.kind FROM (
         SELECT s.id AS entry_id, s.id AS space_id, 'folder' AS kind FROM spaces s WHERE s.id = $1
         UNION ALL SELECT e.id, e.space_id, e.kind FROM entries e WHERE e.id = $1
       ) l WHERE ${TARGET_IS_THERE}`,
      [entryId],
    );
    return row === undefined ? null : { spaceId: row.space_id, kind: row.kind };
  }

  async find(id: string): Promise<LinkRow | null> {
    const [row] = await this.database.query<LinkRow[]>(`${LINKS} WHERE l.id = $1`, [id]);
    return row ?? null;
  }

  /** A page of the links into a space, or to one entry of it, newest first; one more than asked for when there are more. */
  page(where: { spaceId: string; entryId: string | null }, limit: number, after: Cursor | null): Promise<LinkRow[]> {
    const { spaceId, entryId } = where;
    return this.database.query<LinkRow[]>(
      `${LINKS} WHERE l.space_id = $1 AND ($2::text IS NULL OR l.entry_id = $2)
         AND ($3::timestamptz IS NULL OR (l.created_at, l.id) < ($3::timestamptz, $4::text))
       ORDER BY l.created_at DESC, l.id DESC LIMIT $5`,
      [spaceId, entryId, after?.createdAt ?? null, after?.id ?? null, limit + 1],
    );
  }

  /**
   * Makes a link.
   * @returns its id; null when there are too many into the space
   */
  add(link: NewLink): Promise<string | null> {
    return this.database.transaction(async (manager) => {
      // Those who make one at the same time are counted one after the other.
      await manager.query(`SELECT pg_advisory_xact_lock($1, hashtext($2))`, [MAKING, link.spaceId]);
      const [row]: { id: string }[] = await manager.query(
        `INSERT INTO links (id, slug, kind, space_id, entry_id, title, note, password_hash, expires_at, max_downloads,
           max_uploads, max_file_size, allowed_extensions, ask_name, created_by)
         SELECT $1, $2, $3, $4::text, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15
         WHERE (SELECT count(*) FROM links WHERE space_id = $4 AND revoked_at IS NULL) < $16 RETURNING id`,
        [
          ...[newId(), link.slug, link.kind, link.spaceId, link.entryId, link.title, link.note, link.passwordHash],
          ...[link.expiresAt, link.maxDownloads, link.maxUploads, link.maxFileSize, link.allowedExtensions],
          ...[link.askName, link.createdBy, MAX_LINKS],
        ],
      );
      return row?.id ?? null;
    });
  }

  /**
   * Changes a link; with another password nobody has shown it yet.
   * @returns false when it is revoked
   */
  async change(id: string, changes: LinkChanges): Promise<boolean> {
    const wanted = (Object.keys(COLUMNS) as (keyof LinkChanges)[]).filter((name) => changes[name] !== undefined);
    const sets = wanted.map((name, index) => `${COLUMNS[name]} = $${index + 2}`);
    if (wanted.includes('passwordHash')) sets.push('password_version = password_version + 1');
    const [, count]: [unknown, number] = await this.database.query(
      `UPDATE links SET ${sets.join(', ')} WHERE id = $1 AND revoked_at IS NULL`,
      [id, ...wanted.map((name) => changes[name])],
    );
    return count === 1;
  }

  /** Revokes a link for good, and gives its unfinished uploads to whoever ends what has expired. Repeating is safe. */
  async revoke(id: string): Promise<void> {
    await this.database.transaction(async (manager: EntityManager) => {
      await manager.query(`UPDATE links SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1`, [id]);
      await manager.query(
        `UPDATE uploads SET expires_at = least(expires_at, now()) WHERE owner = $1 AND state = 'receiving' COLLATE "C"`,
        [linkOwner(id)],
      );
      await manager.query(`DELETE FROM link_proofs WHERE link_id = $1`, [id]);
    });
  }

  /** A page of what was done with a link, newest first; one more than asked for when there are more. */
  accesses(id: string, limit: number, before: string | null): Promise<AccessRow[]> {
    return this.database.query<AccessRow[]>(
      `SELECT id, at, action, name, sender, network FROM link_accesses
       WHERE link_id = $1 AND ($2::bigint IS NULL OR id < $2::bigint) ORDER BY id DESC LIMIT $3`,
      [id, before, limit + 1],
    );
  }

  /**
   * Counts a download.
   * @returns false when there have been as many as there may be, or the link is over
   */
  async countDownload(id: string, entryId: string, addressDigest: Buffer): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `WITH counted AS (
         UPDATE links SET downloads = downloads + 1
         WHERE id = $1 AND revoked_at IS NULL AND (max_downloads IS NULL OR downloads < max_downloads) RETURNING id
       )
       INSERT INTO link_downloads AS d (link_id, entry_id, address_digest) SELECT id, $2, $3 FROM counted
       ON CONFLICT (link_id, entry_id, address_digest) DO UPDATE SET at = clock_timestamp() RETURNING 1`,
      [id, entryId, addressDigest],
    );
    return rows.length > 0;
  }

  /** Whether a download from an address was counted in the last day. */
  async isCounted(id: string, entryId: string, addressDigest: Buffer): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `SELECT 1 FROM link_downloads WHERE link_id = $1 AND entry_id = $2 AND address_digest = $3
         AND at > now() - interval '1 day'`,
      [id, entryId, addressDigest],
    );
    return rows.length > 0;
  }
}
