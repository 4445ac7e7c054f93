import { Injectable } from '@nestjs/common';
import { ID_PATTERN, type CreateOperation, type Operation } from '@stowage/contract';
import { DataSource } from 'typeorm';
import { ownerOf, permits, roleIn, type Principal } from '../identity/principal.js';
import { ProblemError } from '../platform/http/problem-error.js';
import { checkIn } from '../spaces/space-access.js';
import { OperationLedger, type Wanted } from './operation-ledger.js';
import { OperationRunner } from './operation-runner.js';
import { entryNotFound, folderNotFound } from './tree-refusals.js';
import { findPlace } from './tree-walks.js';

/** How long an answer waits for the end of what it has begun. */
const MOST_WAIT_MS = 1_000;

/** What somebody does with many entries at once, as far as they may. */
@Injectable()
export class OperationsService {
  constructor(
    private readonly ledger: OperationLedger,
    private readonly runner: OperationRunner,
    private readonly database: DataSource,
  ) {}

  /**
   * Begins an operation, and waits a moment for its end.
   * @throws ProblemError entry-not-found when none of the entries is there for whoever asks, folder-not-found,
   * not-permitted, invalid-request for entries of several spaces
   */
  async create(principal: Principal, { action, entries, to, conflict }: CreateOperation): Promise<Operation> {
    const ids = [...new Set(entries)];
    const spaceId = await this.spaceOf(principal, ids);
    checkIn(principal, action === 'copy' ? 'files:read' : 'files:write', spaceId, entryNotFound);
    const target = to === undefined ? null : await this.target(principal, to);
    return this.begin({ action, entries: ids, spaceId, to: target, conflict, owner: ownerOf(principal) });
  }

  /**
   * Removes for good what is in the trash of a space now. The caller has looked whether somebody may.
   * @throws ProblemError space-not-found
   */
  emptyTrash(principal: Principal, spaceId: string): Promise<Operation> {
    return this.begin({
      action: 'purge',
      entries: null,
      spaceId,
      to: null,
      conflict: 'reject',
      owner: ownerOf(principal),
    });
  }

  /** Those of whoever asks, newest first. */
  list(principal: Principal): Promise<Operation[]> {
    return this.ledger.ofOwner(ownerOf(principal));
  }

  /** @throws ProblemError operation-not-found, also for what somebody else does */
  async find(principal: Principal, id: string): Promise<Operation> {
    const found = ID_PATTERN.test(id) ? await this.ledger.find(id) : null;
    if (found === null || (found.owner !== ownerOf(principal) && !permits(principal, 'admin')))
      throw operationNotFound();
    return found.operation;
  }

  /**
   * Stops an operation before its next batch, and waits a moment for that; one that has ended stays as it is.
   * @throws ProblemError operation-not-found
   */
  async cancel(principal: Principal, id: string): Promise<Operation> {
    const { state } = await this.find(principal, id);
    if (state === 'running') {
      await this.ledger.requestCancel(id);
      await this.settled(id);
    }
    return this.find(principal, id);
  }

  private async begin(wanted: Wanted): Promise<Operation> {
    const id = await this.ledger.add(wanted);
    await this.settled(id);
    const begun = await this.ledger.find(id);
    if (begun === null) throw operationNotFound();
    return begun.operation;
  }

  private async settled(id: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, MOST_WAIT_MS)));
    await Promise.race([this.runner.start(id), elapsed]);
    clearTimeout(timer);
  }

  /** The one space that these entries are in; what is in spaces of others is not there, and fails like what is gone. */
  private async spaceOf(principal: Principal, ids: readonly string[]): Promise<string> {
    const rows = await this.database.query<{ space_id: string }[]>(
      `SELECT DISTINCT space_id FROM entries WHERE id = ANY($1) AND (kind = 'folder' OR blob_id IS NOT NULL)`,
      [ids],
    );
    const [first, ...others] = rows.filter(({ space_id }) => roleIn(principal, space_id) !== null);
    if (first === undefined) throw entryNotFound();
    if (others.length > 0) throw new ProblemError('invalid-request', 'The entries have to be of one space.');
    return first.space_id;
  }

  private async target(principal: Principal, id: string): Promise<{ readonly id: string; readonly spaceId: string }> {
    const place = await findPlace(this.database.manager, id);
    if (place === null || place.inTrash) throw folderNotFound();
    checkIn(principal, 'files:write', place.spaceId, folderNotFound);
    return place;
  }
}

function operationNotFound(): ProblemError {
  return new ProblemError('operation-not-found', 'It never was, or it ended more than a day ago.');
}
