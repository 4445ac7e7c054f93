import { Inject, Injectable } from '@nestjs/common';
import { SLUG_PATTERN, type LinkKind } from '@stowage/contract';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { Cookies } from './cookies.js';
import type { KnownLink } from './known-link.js';
import { LinkPasswords, type LockedLink } from './link-passwords.js';
import { isWriteFromElsewhere } from './origins.js';
import { letIn } from './principal.js';
import { digestOf } from './secrets.js';

/** What a route of a link wants: a link of one kind, its password shown; or any, locked or not. */
export type LinkNeed = LinkKind | 'link';

interface Row {
  readonly id: string;
  readonly slug: string;
  readonly kind: LinkKind;
  readonly space_id: string;
  readonly entry_id: string;
  readonly title: string;
  readonly note: string;
  readonly password_hash: string | null;
  readonly password_version: number;
  readonly expires_at: Date | null;
  readonly max_downloads: number | null;
  readonly downloads: number;
  readonly max_uploads: number | null;
  readonly uploads: number;
  readonly max_file_size: BigintText | null;
  readonly allowed_extensions: string[] | null;
  readonly ask_name: boolean;
  readonly is_revoked: boolean;
  readonly is_expired: boolean;
  readonly is_there: boolean;
  readonly is_proven: boolean;
}

/**
 * Whether what a link leads to, a row `l` of `links`, is where it was: in its space and not in the trash, with all folders
 * above it. A claimed name is nothing yet.
 */
export const TARGET_IS_THERE = `(l.entry_id = l.space_id OR coalesce((
  WITH RECURSIVE above AS (
    SELECT e.parent_id, e.trashed_at, 1 AS level FROM entries e
    WHERE e.id = l.entry_id AND e.space_id = l.space_id AND (e.kind = 'folder' OR e.blob_id IS NOT NULL)
    UNION ALL
    SELECT e.parent_id, e.trashed_at, above.level + 1 FROM above JOIN entries e ON e.id = above.parent_id
    WHERE above.level < 100
  ) SELECT bool_and(above.trashed_at IS NULL) FROM above), false))`;

/** Lets the holders of links in: by the secret in the address, and the password if there is one. */
@Injectable()
export class LinkGate {
  constructor(
    private readonly database: DataSource,
    private readonly passwords: LinkPasswords,
    private readonly cookies: Cookies,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /**
   * Lets the holder of a link in, as nobody else: a session beside it counts for nothing.
   * @throws ProblemError link-not-found, link-revoked, link-expired, link-target-gone, link-password-needed,
   * link-password-wrong, too-many-attempts, overloaded, origin-not-allowed
   */
  async admit(request: Request, slug: string, need: LinkNeed): Promise<void> {
    const row = await this.find(request, slug);
    if (row === null || (need !== 'link' && row.kind !== need)) throw linkNotFound();
    refuseOver(row);
    const open = await this.isOpen(request, row);
    if (!open && need !== 'link') {
      throw new ProblemError('link-password-needed', 'Show it as the password of Basic credentials, or on the page.');
    }
    letIn(request, { access: 'link', link: toLink(row), open, session: null });
  }

  /** The password of a link that was let through locked; null without one. */
  async lockOf(slug: string): Promise<LockedLink | null> {
    const [row] = await this.database.query<Pick<Row, 'id' | 'password_hash' | 'password_version'>[]>(
      `SELECT id, password_hash, password_version FROM links WHERE slug = $1`,
      [slug],
    );
    return row === undefined ? null : lockOf(row);
  }

  private async find(request: Request, slug: string): Promise<Row | null> {
    // No text of a client reaches the database as a slug.
    if (!SLUG_PATTERN.test(slug)) return null;
    const proof = this.cookies.linkOf(request, slug);
    const [row] = await this.database.query<Row[]>(
      `SELECT l.id, l.slug, l.kind, l.space_id, l.entry_id, l.title, l.note, l.password_hash, l.password_version,
         l.expires_at, l.max_downloads, l.downloads, l.max_uploads, l.uploads, l.max_file_size, l.allowed_extensions,
         l.ask_name, l.revoked_at IS NOT NULL AS is_revoked, coalesce(l.expires_at <= now(), false) AS is_expired,
         ${TARGET_IS_THERE} AS is_there,
         EXISTS (SELECT 1 FROM link_proofs p WHERE p.secret_digest = $2 AND p.link_id = l.id
           AND p.password_version = l.password_version AND p.expires_at > now()) AS is_proven
       FROM links l WHERE l.slug = $1`,
      [slug, proof === null ? null : digestOf(proof)],
    );
    return row ?? null;
  }

  private async isOpen(request: Request, row: Row): Promise<boolean> {
    const lock = lockOf(row);
    if (lock === null) return true;
    if (row.is_proven) {
      // The browser adds the cookie by itself.
      if (isWriteFromElsewhere(request, this.configuration.access)) {
        throw new ProblemError('origin-not-allowed', 'A write with a cookie must come from a page of this server.');
      }
      return true;
    }
    const password = basicPassword(request.headers.authorization);
    if (password === null) return false;
    await this.passwords.check(lock, password, request.ip ?? '');
    return true;
  }
}

function lockOf(row: Pick<Row, 'id' | 'password_hash' | 'password_version'>): LockedLink | null {
  const { id, password_hash: passwordHash, password_version: passwordVersion } = row;
  return passwordHash === null ? null : { id, passwordHash, passwordVersion };
}

/** The password of Basic credentials (RFC 7617); whatever the name. Null when there are none. */
function basicPassword(authorization: string | undefined): string | null {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+) *$/iu.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const [, password] = /^[^:]*:(.*)$/su.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return password ?? null;
}

function refuseOver(row: Row): void {
  if (row.is_revoked) throw new ProblemError('link-revoked', 'Whoever made it has taken it back. Ask for another one.');
  if (row.is_expired) throw new ProblemError('link-expired', 'Its time is over. Ask for another one.');
  if (!row.is_there)
    throw new ProblemError('link-target-gone', 'It has been deleted or moved. Ask whoever made the link.');
}

/** Refuses an address that is none of a link, or of another kind: the two are answered alike. */
function linkNotFound(): ProblemError {
  return new ProblemError('link-not-found', 'Look whether its address is complete.');
}

function toLink(row: Row): KnownLink {
  return {
    id: row.id,
    slug: row.slug,
    kind: row.kind,
    space: row.space_id,
    entry: row.entry_id,
    title: row.title,
    note: row.note,
    expiresAt: row.expires_at,
    maxDownloads: row.max_downloads,
    downloads: row.downloads,
    maxUploads: row.max_uploads,
    uploads: row.uploads,
    maxFileSize: row.max_file_size === null ? null : toSafeInteger(row.max_file_size),
    allowedExtensions: row.allowed_extensions,
    askName: row.ask_name,
  };
}
