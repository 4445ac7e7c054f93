import { Injectable } from '@nestjs/common';
import { membershipsOf } from '../identity/principal.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { spaceNotFound } from '../spaces/space-access.js';
import { SpaceLedger } from '../spaces/space-ledger.js';
import { checkMayUpload, type UploadCaller } from './upload-caller.js';

/** Which space a file goes into. */
@Injectable()
export class UploadSpaces {
  /** Nothing removes it, and none is ever older. */
  private first: string | null = null;

  constructor(private readonly spaces: SpaceLedger) {}

  /**
   * The space that a client names, or without a name: its own, the only one that a token is for, or, without an account,
   * the first of a team.
   * @throws ProblemError space-not-found, not-permitted
   */
  async choose(caller: UploadCaller, named: string | null): Promise<string> {
    const space = named ?? (await this.usual(caller));
    checkMayUpload(caller, space);
    // Those who manage every space may have named one that is not there.
    if (named !== null && caller.seesAll && (await this.spaces.find(named, {})) === null) throw spaceNotFound();
    return space;
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
