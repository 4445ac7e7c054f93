import { Injectable } from '@nestjs/common';
import type { UploadScope } from '@stowage/contract';
import { ProblemError } from '../platform/http/problem-error.js';
import { spaceFor, spaceNotFound } from '../spaces/space-access.js';
import { SpaceLedger } from '../spaces/space-ledger.js';
import type { UploadCaller } from './upload-caller.js';
import type { UploadFilter } from './upload-filter.js';

/** Whose uploads somebody asks for. */
export interface WantedScope {
  readonly scope: UploadScope;
  /** Id of the only space. */
  readonly space?: string | undefined;
  /** Id of the only account. */
  readonly owner?: string | undefined;
}

/** Says whose uploads somebody may be shown. */
@Injectable()
export class UploadScopes {
  constructor(private readonly spaces: SpaceLedger) {}

  /**
   * The owners and spaces that a scope means for somebody.
   * @throws ProblemError invalid-request without the space that is needed; space-not-found to whom it is not there,
   * not-permitted to whom it is too much
   */
  async of(caller: UploadCaller, wanted: WantedScope): Promise<Pick<UploadFilter, 'owners' | 'spaces'>> {
    const owners = wanted.owner === undefined ? null : [wanted.owner];
    switch (wanted.scope) {
      case 'own':
        return { owners: only(caller.owners, wanted.owner), spaces: only(caller.spaces, wanted.space) };
      case 'space':
        return { owners, spaces: [await this.managed(caller, wanted.space)] };
      case 'all':
        if (!caller.seesAll) throw new ProblemError('not-permitted', 'Only admins see the uploads of all.');
        return { owners, spaces: only(caller.spaces, wanted.space) };
    }
  }

  private async managed({ principal, seesAll }: UploadCaller, space: string | undefined): Promise<string> {
    if (space === undefined) throw new ProblemError('invalid-request', 'Say which space: `space` is missing.');
    const id = spaceFor(principal, 'space:manage', space);
    // Those who manage every space may have named one that is not there.
    if (seesAll && (await this.spaces.find(id, {})) === null) throw spaceNotFound();
    return id;
  }
}

/** What is in both; null stands for all there are. */
function only(known: readonly string[] | null, wanted: string | undefined): readonly string[] | null {
  if (wanted === undefined) return known;
  return known === null || known.includes(wanted) ? [wanted] : [];
}
