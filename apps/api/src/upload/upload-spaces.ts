import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { findPlace, rootOf, type FolderPlace } from '../entries/tree-walks.js';
import { folderNotFound } from '../entries/tree-refusals.js';
import { memberRole, membershipsOf, type Principal } from '../identity/principal.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { checkIn, spaceNotFound } from '../spaces/space-access.js';
import { SpaceLedger } from '../spaces/space-ledger.js';
import type { Upload } from './entities/upload.entity.js';
import { checkMayUpload, type UploadCaller } from './upload-caller.js';
import { UploadLedger } from './upload-ledger.js';

/** What a client says about where its file goes; null: nothing. */
export interface NamedBase {
  /** Id of a space. */
  readonly space: string | null;
  /** Id of a folder, or of a space for its root. */
  readonly folder: string | null;
}

/** Where the path of an upload begins. */
export interface UploadBase {
  readonly spaceId: string;
  /** Null: the root of the space. */
  readonly folderId: string | null;
}

/** Which space and folder a file goes into. */
@Injectable()
export class UploadSpaces {
  /** Nothing removes it, and none is ever older. */
  private first: string | null = null;

  constructor(
    private readonly spaces: SpaceLedger,
    private readonly ledger: UploadLedger,
    private readonly database: DataSource,
  ) {}

  /**
   * The space and the folder that a client names. Without a folder, the root of the space; without either, its own space, the
   * only one that a token is for, or, without an account, the first of a team.
   * @param clientKey of the upload, which goes on into a folder that has gone meanwhile; null without one
   * @throws ProblemError space-not-found, folder-not-found, not-permitted; invalid-request when the folder is in another space
   */
  async choose(caller: UploadCaller, named: NamedBase, clientKey: string | null): Promise<UploadBase> {
    const { space, folder } = named;
    if (folder === null) return { spaceId: await this.chooseSpace(caller, space), folderId: null };
    const base = (await this.known(caller, folder, clientKey)) ?? (await this.find(caller, folder));
    if (space !== null && space !== base.spaceId) {
      throw new ProblemError('invalid-request', '`folder` is not in `space`: name one of them.');
    }
    return base;
  }

  /**
   * The folder that an upload is to go into instead: of the same space, where room for it is reserved.
   * @throws ProblemError folder-not-found, not-permitted, upload-mismatch
   */
  async another(caller: UploadCaller, upload: Upload, folder: string): Promise<string | null> {
    if (folder === (upload.folderId ?? upload.spaceId)) return upload.folderId;
    const { spaceId, folderId } = await this.find(caller, folder);
    if (spaceId !== upload.spaceId) {
      throw new ProblemError('upload-mismatch', 'It was begun for another space: choose a folder of that one.');
    }
    return folderId;
  }

  private async chooseSpace(caller: UploadCaller, named: string | null): Promise<string> {
    const space = named ?? (await this.usual(caller));
    checkMayUpload(caller, space);
    // Those who manage every space may have named one that is not there.
    if (named !== null && caller.seesAll && (await this.spaces.find(named, {})) === null) throw spaceNotFound();
    return space;
  }

  /** That of an upload which has begun there, whatever has become of the folder. */
  private async known(caller: UploadCaller, folder: string, clientKey: string | null): Promise<UploadBase | null> {
    const upload = clientKey === null ? null : await this.ledger.findByKey(caller.owner, clientKey);
    if (upload === null || folder !== (upload.folderId ?? upload.spaceId)) return null;
    checkMayUpload(caller, upload.spaceId);
    return { spaceId: upload.spaceId, folderId: upload.folderId };
  }

  private async find({ principal }: UploadCaller, folder: string): Promise<UploadBase> {
    const place = isTheirSpace(principal, folder) ? rootOf(folder) : await this.findFolder(folder);
    checkIn(principal, 'uploads:write', place.spaceId, folderNotFound);
    return { spaceId: place.spaceId, folderId: place.parentId };
  }

  private async findFolder(folder: string): Promise<FolderPlace> {
    const place = await findPlace(this.database.manager, folder);
    if (place === null || place.inTrash) throw folderNotFound();
    return place;
  }

  private async usual({ principal, spaces }: UploadCaller): Promise<string> {
    const memberships = membershipsOf(principal);
    if (memberships === null) return (this.first ??= await this.spaces.first());
    const { personal } = memberships;
    const only = spaces?.length === 1 ? (spaces[0] ?? null) : null;
    const usual = personal ?? only;
    if (usual === null) throw new ProblemError('space-not-found', 'Say into which space: this token is for several.');
    return usual;
  }
}

/** Whether an id is that of a space, as far as it is known without asking. */
function isTheirSpace(principal: Principal, id: string): boolean {
  const memberships = membershipsOf(principal);
  return memberships !== null && memberRole(memberships, id) !== null;
}
