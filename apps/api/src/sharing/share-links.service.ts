import { Inject, Injectable } from '@nestjs/common';
import type { ChangeLink, CreateLink, Link } from '@stowage/contract';
import { accountOf, permitsIn, roleIn, type Principal } from '../identity/principal.js';
import { PasswordHasher } from '../identity/password-hasher.js';
import { checkNewPassword } from '../identity/password-policy.js';
import { newSecret } from '../identity/secrets.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { toSafeInteger } from '../platform/database/column-types.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { spaceFor, spaceNotFound } from '../spaces/space-access.js';
import { LinkLedger, type LinkRow, type Target } from './link-ledger.js';

/** The links that lead into a space, for those who may change what is in it. */
@Injectable()
export class ShareLinks {
  constructor(
    private readonly ledger: LinkLedger,
    private readonly hasher: PasswordHasher,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /**
   * Makes a link.
   * @throws ProblemError entry-not-found, not-permitted, not-a-folder, invalid-request, password-refused, too-many-links
   */
  async create(principal: Principal, wanted: CreateLink): Promise<Link> {
    const { kind, entry } = wanted;
    const { spaceId, kind: targetKind } = await this.target(principal, entry);
    if (kind === 'request' && targetKind === 'file') {
      throw new ProblemError('not-a-folder', 'A file request leads into a folder.');
    }
    const id = await this.ledger.add({
      ...{ slug: newSecret(), kind, spaceId, entryId: entry, title: wanted.title, note: wanted.note },
      passwordHash: await this.hashOf(wanted.password),
      expiresAt: inFuture(wanted.expiresAt),
      ...{ maxDownloads: wanted.maxDownloads ?? null, maxUploads: wanted.maxUploads ?? null },
      ...{ maxFileSize: wanted.maxFileSize ?? null, allowedExtensions: wanted.allowedExtensions ?? null },
      ...{ askName: wanted.askName ?? false, createdBy: accountOf(principal)?.id ?? null },
    });
    if (id === null) throw new ProblemError('too-many-links', 'Revoke those that nobody uses.');
    return this.viewOf(await this.row(principal, id));
  }

  /** @throws ProblemError link-not-found, not-permitted */
  async find(principal: Principal, id: string): Promise<Link> {
    return this.viewOf(await this.row(principal, id));
  }

  /** @throws ProblemError link-not-found, not-permitted, link-revoked, invalid-request, password-refused */
  async change(principal: Principal, id: string, changes: ChangeLink): Promise<Link> {
    const { kind } = await this.row(principal, id);
    const foreign =
      kind === 'share'
        ? (['maxUploads', 'maxFileSize', 'allowedExtensions', 'askName'] as const)
        : (['maxDownloads'] as const);
    for (const name of foreign) {
      if (changes[name] !== undefined) throw new ProblemError('invalid-request', `${name} is not of a ${kind}.`);
    }
    const { password, expiresAt, ...rest } = changes;
    const changed = await this.ledger.change(id, {
      ...rest,
      ...(expiresAt === undefined ? {} : { expiresAt: inFuture(expiresAt) }),
      ...(password === undefined ? {} : { passwordHash: await this.hashOf(password) }),
    });
    if (!changed) throw new ProblemError('link-revoked', 'Make another one.');
    return this.find(principal, id);
  }

  /** @throws ProblemError link-not-found, not-permitted */
  async revoke(principal: Principal, id: string): Promise<void> {
    await this.row(principal, id);
    await this.ledger.revoke(id);
  }

  /**
   * What a link is to lead to: of others it is answered like what is not there.
   * @throws ProblemError entry-not-found, not-permitted
   */
  async target(principal: Principal, entryId: string): Promise<Target> {
    const target = await this.ledger.target(entryId);
    if (target === null || roleIn(principal, target.spaceId) === null) {
      throw new ProblemError('entry-not-found', 'It may have been deleted.');
    }
    checkMayManage(principal, target.spaceId);
    return target;
  }

  /**
   * The id of a space whose links somebody may manage.
   * @throws ProblemError space-not-found, not-permitted
   */
  async space(principal: Principal, text: string): Promise<string> {
    const id = spaceFor(principal, 'files:write', text);
    // Those who manage every space may have named one that is not there.
    if ((await this.ledger.target(id)) === null) throw spaceNotFound();
    return id;
  }

  /** A link as its row says. */
  viewOf(row: LinkRow): Link {
    const { publicUrl } = this.configuration.access;
    return {
      ...{ id: row.id, kind: row.kind, slug: row.slug, space: row.space_id, entry: row.entry_id },
      url: `${publicUrl ?? ''}/${row.kind === 'share' ? 's' : 'r'}/${row.slug}`,
      ...{ entryName: row.entry_name, title: row.title, note: row.note, state: row.state },
      ...{ hasPassword: row.has_password, expiresAt: row.expires_at?.toISOString() ?? null },
      ...{ maxDownloads: row.max_downloads, downloads: row.downloads },
      ...{ maxUploads: row.max_uploads, uploads: row.uploads },
      maxFileSize: row.max_file_size === null ? null : toSafeInteger(row.max_file_size),
      ...{ allowedExtensions: row.allowed_extensions, askName: row.ask_name },
      ...{ createdBy: row.creator, createdAt: row.created_at.toISOString() },
      revokedAt: row.revoked_at?.toISOString() ?? null,
    };
  }

  private async row(principal: Principal, id: string): Promise<LinkRow> {
    const row = await this.ledger.find(id);
    if (row === null || roleIn(principal, row.space_id) === null) {
      throw new ProblemError('link-not-found', 'It never was one of a space that you are in.');
    }
    checkMayManage(principal, row.space_id);
    return row;
  }

  private async hashOf(password: string | null): Promise<string | null> {
    if (password === null) return null;
    await checkNewPassword(password, 'stowage');
    return this.hasher.hash(password);
  }
}

function checkMayManage(principal: Principal, spaceId: string): void {
  if (permitsIn(principal, 'files:write', spaceId)) return;
  throw new ProblemError('not-permitted', 'Ask whoever manages its space, who can give you another role.');
}

function inFuture(expiresAt: string | null): string | null {
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) {
    throw new ProblemError('invalid-request', 'expiresAt lies in the past.');
  }
  return expiresAt;
}
