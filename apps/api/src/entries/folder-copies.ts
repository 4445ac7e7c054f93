import { Injectable } from '@nestjs/common';
import { MAX_PATH_BYTES, MAX_PATH_DEPTH, PROBLEMS, nameKey, type ProblemCode } from '@stowage/contract';
import type { EntityManager } from 'typeorm';
import { BlobLedger } from '../blobs/blob-ledger.js';
import { toSafeInteger, type BigintText } from '../platform/database/column-types.js';
import { SpaceQuota } from '../spaces/space-quota.js';
import { copyRows, takenNames } from './copy-rows.js';
import { pathBytes, placeIn } from './entry-copies.js';
import type { Failure, Progress, Running } from './operation-ledger.js';
import { lockTrees } from './tree-locks.js';
import { folderNotFound } from './tree-refusals.js';
import { findPlace, type FolderPlace } from './tree-walks.js';

/** Entries that one batch copies at most. */
const BATCH = 500;

/** A folder that is copied, and how far that has come. */
export interface PendingFolder {
  readonly seq: string;
  readonly sourceId: string;
  readonly targetId: string;
  /** Key of the name up to which all is copied. */
  readonly afterKey: string;
}

interface Source {
  readonly id: string;
  readonly kind: 'folder' | 'file';
  readonly name: string;
  readonly name_key: string;
  readonly blob_id: string | null;
  readonly size: BigintText | null;
}

/** What of a batch is copied, and why not the rest. */
interface Choice {
  readonly wanted: readonly Source[];
  readonly failures: readonly Failure[];
}

/**
 * Copies what is in folders, a batch at a time, in the order of names. Which folders are still to come is in
 * `operation_folders`, the last one found first, so that these are never many.
 */
@Injectable()
export class FolderCopies {
  constructor(
    private readonly blobs: BlobLedger,
    private readonly quota: SpaceQuota,
  ) {}

  /** The folder that is next; null when all are copied. */
  async pending(manager: EntityManager, operationId: string): Promise<PendingFolder | null> {
    const [row] = await manager.query<PendingFolder[]>(
      `SELECT seq, source_id AS "sourceId", target_id AS "targetId", after_key AS "afterKey" FROM operation_folders
       WHERE operation_id = $1 ORDER BY seq DESC LIMIT 1`,
      [operationId],
    );
    return row ?? null;
  }

  /** Notes that what is in some folders is to be copied as well. */
  async add(
    manager: EntityManager,
    operationId: string,
    folders: readonly { readonly sourceId: string; readonly id: string }[],
  ): Promise<void> {
    if (folders.length === 0) return;
    await manager.query(
      `INSERT INTO operation_folders (operation_id, source_id, target_id)
       SELECT $1, f.source_id, f.target_id FROM unnest($2::text[], $3::text[]) AS f (source_id, target_id)`,
      [operationId, folders.map(({ sourceId }) => sourceId), folders.map(({ id }) => id)],
    );
  }

  /**
   * Copies the next entries of a folder, as many of its files as the quota has room for.
   * @throws ProblemError quota-exceeded when somebody else has taken the room meanwhile: worth another try
   */
  async batch(manager: EntityManager, operation: Running, pending: PendingFolder): Promise<Progress> {
    const targetSpace = operation.targetSpaceId ?? operation.spaceId;
    await lockTrees(manager, 'shared', operation.spaceId, targetSpace);
    const source = await findPlace(manager, pending.sourceId);
    // What has gone meanwhile is not there to be copied.
    if (source === null || source.inTrash || source.spaceId !== operation.spaceId)
      return this.finish(manager, operation, pending);
    const to = await placeIn(manager, pending.targetId, targetSpace).catch(() => null);
    if (to === null)
      return this.finish(manager, operation, pending, [
        failureOf(pending.sourceId, '', 'folder-not-found', folderNotFound().message),
      ]);
    const rows = await this.read(manager, operation, pending);
    const last = rows.at(-1);
    if (last === undefined) return this.finish(manager, operation, pending);
    const progress = await this.copy(manager, operation, to, rows);
    await manager.query(`UPDATE operation_folders SET after_key = $3 WHERE operation_id = $1 AND seq = $2`, [
      ...[operation.id, pending.seq, last.name_key],
    ]);
    return progress;
  }

  private async finish(
    manager: EntityManager,
    { id }: Running,
    { seq }: PendingFolder,
    failures: readonly Failure[] = [],
  ): Promise<Progress> {
    await manager.query(`DELETE FROM operation_folders WHERE operation_id = $1 AND seq = $2`, [id, seq]);
    return { over: 0, done: 0, failures };
  }

  /** What came into being after the operation began is left out: the copies themselves, above all. */
  private read(manager: EntityManager, operation: Running, { sourceId, afterKey }: PendingFolder): Promise<Source[]> {
    return manager.query<Source[]>(
      `SELECT id, kind, name, name_key, blob_id, size FROM entries
       WHERE folder_id = $1 AND name_key > $2 AND created_at <= $3::timestamptz AND (kind = 'folder' OR blob_id IS NOT NULL)
       ORDER BY name_key LIMIT $4`,
      [sourceId, afterKey, operation.startedAt, BATCH],
    );
  }

  private async copy(
    manager: EntityManager,
    operation: Running,
    to: FolderPlace,
    rows: readonly Source[],
  ): Promise<Progress> {
    const { wanted, failures } = await this.choose(manager, to, rows);
    const kept = await this.blobs.keep(manager, [...new Set(wanted.flatMap(({ blob_id }) => blob_id ?? []))]);
    const there = wanted.filter(({ blob_id }) => blob_id === null || kept.has(blob_id));
    const copied = await copyRows(
      manager,
      to,
      there.map(({ id, name }) => ({ sourceId: id, name })),
    );
    await this.add(
      manager,
      operation.id,
      copied.filter(({ kind }) => kind === 'folder'),
    );
    const made = new Set(copied.map(({ sourceId }) => sourceId));
    const left = there.filter(({ id }) => !made.has(id));
    const taken =
      left.length === 0
        ? new Set<string>()
        : await takenNames(
            manager,
            to.id,
            left.map(({ name }) => name),
          );
    const conflicts = left.filter(({ name }) => taken.has(nameKey(name)));
    await this.quota.take(
      manager,
      to.spaceId,
      copied.reduce((sum, { size }) => sum + size, 0),
    );
    return {
      ...{ over: 0, done: rows.length },
      failures: [
        ...failures,
        ...conflicts.map(({ id, name }) => failureOf(id, name, 'name-taken', PROBLEMS['name-taken'].title)),
      ],
    };
  }

  /** What fits: of files, as many as the quota has room for at this moment; of folders, what is not nested too deeply. */
  private async choose(manager: EntityManager, to: FolderPlace, rows: readonly Source[]): Promise<Choice> {
    let room = await this.quota.room(manager, to.spaceId);
    const wanted: Source[] = [];
    const failures: Failure[] = [];
    for (const row of rows) {
      const size = row.size === null ? 0 : toSafeInteger(row.size);
      const isTooDeep =
        row.kind === 'folder' && (to.depth + 1 > MAX_PATH_DEPTH || pathBytes(to, row.name) > MAX_PATH_BYTES);
      if (isTooDeep) failures.push(failureOf(row.id, row.name, 'folder-too-deep', PROBLEMS['folder-too-deep'].title));
      else if (size > room)
        failures.push(failureOf(row.id, row.name, 'quota-exceeded', PROBLEMS['quota-exceeded'].title));
      else {
        wanted.push(row);
        room -= size;
      }
    }
    return { wanted, failures };
  }
}

/** Why something stayed as it was. */
export function failureOf(entry: string, name: string, code: ProblemCode, detail: string): Failure {
  return { entry, name, code, detail };
}
