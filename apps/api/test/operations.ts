import type { OperationAction } from '@stowage/contract';
import { EntryCopies } from '../src/entries/entry-copies.js';
import { FolderCopies } from '../src/entries/folder-copies.js';
import { OperationLedger, type Wanted } from '../src/entries/operation-ledger.js';
import { OperationRunner } from '../src/entries/operation-runner.js';
import { OperationSteps } from '../src/entries/operation-steps.js';
import { Purger } from '../src/entries/purger.js';
import { TrashRetention } from '../src/entries/trash-retention.js';
import { BlobLedger } from '../src/blobs/blob-ledger.js';
import { parseConfiguration } from '../src/platform/config/configuration.js';
import { SHARED_OWNER } from '../src/identity/principal.js';
import { MemberLedger } from '../src/spaces/member-ledger.js';
import type { Engine } from './engine.js';
import { testLog } from './test-log.js';

/** What carries operations out in one process. */
export interface Operations {
  readonly ledger: OperationLedger;
  readonly steps: OperationSteps;
  readonly runner: OperationRunner;
  readonly purger: Purger;
  readonly retention: TrashRetention;
}

/** The parts of an engine's process that carry operations out, put together as the modules do. */
export function operationsOf({ database, quota, tree, collector, jobs, home }: Engine): Operations {
  const { logger } = testLog();
  const blobs = new BlobLedger();
  const ledger = new OperationLedger(database);
  const purger = new Purger(blobs, quota);
  const steps = new OperationSteps(
    tree,
    new EntryCopies(blobs, quota),
    new FolderCopies(blobs, quota),
    purger,
    new MemberLedger(database),
  );
  const configuration = parseConfiguration({ DATABASE_URL: home.url });
  return {
    ...{ ledger, steps, purger },
    runner: new OperationRunner(ledger, steps, collector, database, jobs, logger),
    retention: new TrashRetention(purger, collector, database, jobs, configuration, logger),
  };
}

/** What an operation is to do, with what nobody has to choose. */
export function wanted(action: OperationAction, spaceId: string, more: Partial<Wanted> = {}): Wanted {
  return { action, spaceId, owner: SHARED_OWNER, entries: [], to: null, conflict: 'reject', ...more };
}
