import { Controller, Get, Header, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { unlockLinkSchema, type HeldLink, type SharedEntryList } from '@stowage/contract';
import type { Request, Response } from 'express';
import { FileListing } from '../entries/file-listing.js';
import { FileSender } from '../entries/file-sender.js';
import { UploadPasswordLedger } from '../entries/upload-password-ledger.js';
import { ZipSender } from '../entries/zip-sender.js';
import { Cookies } from '../identity/cookies.js';
import type { KnownLink } from '../identity/known-link.js';
import { LinkGate } from '../identity/link-gate.js';
import { LinkLog } from '../identity/link-log.js';
import { LinkPasswords, PROOF_SECONDS } from '../identity/link-passwords.js';
import { linkOf } from '../identity/principal.js';
import { CONFIGURATION } from '../platform/config/config.module.js';
import type { Configuration } from '../platform/config/configuration.js';
import { readJson } from '../platform/http/json-body.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { parseQuery } from '../platform/http/query.js';
import { listSharedQuery, sharedZipQuery } from './held-links.routes.js';
import { refuseUsedUp, ShareDownloads } from './share-downloads.js';
import { SharedTree } from './shared-tree.js';

/** What whoever holds a link may know and read. The guard before it has looked at the link and its password. */
@Controller('api/links/:slug')
export class HeldLinksController {
  constructor(
    private readonly gate: LinkGate,
    private readonly passwords: LinkPasswords,
    private readonly cookies: Cookies,
    private readonly log: LinkLog,
    private readonly tree: SharedTree,
    private readonly files: FileListing,
    private readonly sender: FileSender,
    private readonly zips: ZipSender,
    private readonly downloads: ShareDownloads,
    private readonly uploadPasswords: UploadPasswordLedger,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Header('Referrer-Policy', 'no-referrer')
  async look(@Req() request: Request): Promise<HeldLink> {
    const { link, open } = linkOf(request);
    refuseUsedUp(link);
    if (open && request.method !== 'HEAD') await this.log.add(link.id, { action: 'opened', address: request.ip ?? '' });
    return this.describe(link, open);
  }

  @Post('unlock')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async unlock(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<HeldLink> {
    const { link } = linkOf(request);
    refuseUsedUp(link);
    const { password } = await readJson(request, unlockLinkSchema, this.configuration.server);
    const lock = await this.gate.lockOf(link.slug);
    if (lock !== null) {
      await this.passwords.check(lock, password, request.ip ?? '');
      response.setHeader(
        'Set-Cookie',
        this.cookies.holdLink(link.slug, await this.passwords.prove(lock), PROOF_SECONDS),
      );
    }
    await this.log.add(link.id, { action: 'opened', address: request.ip ?? '' });
    return this.describe(link, true);
  }

  @Get('entries')
  @Header('Cache-Control', 'no-store')
  @Header('Referrer-Policy', 'no-referrer')
  list(@Query() query: unknown, @Req() request: Request): Promise<SharedEntryList> {
    const { folder, limit, cursor } = parseQuery(listSharedQuery, query);
    const { link } = linkOf(request);
    refuseUsedUp(link);
    return this.tree.page(link, folder ?? null, limit, cursor ?? null);
  }

  @Get('files/:id/content')
  async content(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { link } = linkOf(request);
    const { id: fileId, name } = await this.tree.file(link, id);
    await this.downloads.refuseNew(link, fileId, request);
    const found = await this.files.find(fileId);
    if (found === null) throw new ProblemError('file-not-found', 'It may have been deleted.');
    await this.sender.send(await this.sender.sendable(found, false), request, response, ({ start }) =>
      this.downloads.begin(link, { id: fileId, name }, request, start),
    );
  }

  @Get('zip')
  async zip(@Query() query: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { entries } = parseQuery(sharedZipQuery, query);
    const { link } = linkOf(request);
    refuseUsedUp(link);
    const selection = await this.tree.selection(link, entries?.split(',') ?? []);
    // Several have the name of what is shared, whatever folder they are in.
    const called = selection.length === 1 ? selection[0].name : (await this.tree.target(link)).name;
    await this.zips.send(selection, request, response, called, (name) =>
      this.downloads.begin(link, { id: link.entry, name }, request, 0),
    );
  }

  private async describe(link: KnownLink, open: boolean): Promise<HeldLink> {
    const { kind, title, note } = link;
    const left = (most: number | null, count: number) => (most === null || !open ? null : Math.max(0, most - count));
    const door = {
      ...{ locked: !open, expiresAt: link.expiresAt?.toISOString() ?? null },
      ...(open ? { title, note } : { title: '', note: '' }),
    };
    if (kind === 'share') {
      const entry = open ? await this.tree.target(link) : null;
      return { kind, ...door, entry, downloadsLeft: left(link.maxDownloads, link.downloads) };
    }
    const { maxFileSize: most } = this.configuration.limits;
    const folderId = link.entry === link.space ? null : link.entry;
    const lock = open ? await this.uploadPasswords.lockOf({ spaceId: link.space, folderId, folders: [] }) : null;
    return {
      ...{ kind, ...door, askName: open && link.askName, uploadsLeft: left(link.maxUploads, link.uploads) },
      uploadPassword: lock !== null,
      maxFileSize: open ? Math.min(link.maxFileSize ?? most, most) : null,
      allowedExtensions: open ? (link.allowedExtensions === null ? null : [...link.allowedExtensions]) : null,
    };
  }
}
